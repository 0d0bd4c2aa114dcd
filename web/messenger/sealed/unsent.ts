/**
 * What was written and not encrypted yet, for instance without a connection or with a full store: the library keeps only
 * ciphertext between visits. It lies beside the drafts, and is encrypted and sent when that is possible again.
 */
export interface Unsent {
  /** Who wrote it: another account that signs in here must not say it. */
  user: string;
  room: string;
  transaction: string;
  content: Record<string, unknown>;
}

const KEY = "jaga.unsent";

export function unsent(): Unsent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isOne) : [];
  } catch {
    return [];
  }
}

export function isUnsent(transaction: string): boolean {
  return unsent().some((one) => one.transaction === transaction);
}

export function keepUnsent(one: Unsent): void {
  keep([...unsent().filter(({ transaction }) => transaction !== one.transaction), one]);
}

/** It left the device, or the member gave it up. */
export function noLongerUnsent(transaction: string | undefined): void {
  const all = unsent();
  const others = all.filter((one) => one.transaction !== transaction);
  if (others.length < all.length) keep(others);
}

export function forgetUnsent(): void {
  localStorage.removeItem(KEY);
}

function keep(all: readonly Unsent[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // No room left: it lives as long as the page.
  }
}

function isOne(value: unknown): value is Unsent {
  if (typeof value !== "object" || value === null) return false;
  const { user, room, transaction, content } = value as Record<string, unknown>;
  return typeof user === "string" && typeof room === "string" && typeof transaction === "string" && typeof content === "object" && content !== null;
}
