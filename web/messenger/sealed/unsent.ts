/**
 * What was written and has not reached the server, for instance without a connection or with a full store. The library
 * keeps only ciphertext between visits, and none without a store, or that another device of its author could send. It
 * lies beside the drafts, and is sent when that is possible again.
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

/** It reached the server, or the member gave it up. */
export function noLongerUnsent(transaction: string | undefined): void {
  const all = unsent();
  const others = all.filter((one) => one.transaction !== transaction);
  if (others.length < all.length) keep(others);
}

/** Somebody else who was signed out here keeps theirs. */
export function forgetUnsent(of: string): void {
  keep(unsent().filter(({ user }) => user !== of));
}

function keep(all: readonly Unsent[]): void {
  try {
    if (all.length > 0) localStorage.setItem(KEY, JSON.stringify(all));
    else localStorage.removeItem(KEY);
  } catch {
    // No room left: it lives as long as the page.
  }
}

function isOne(value: unknown): value is Unsent {
  if (typeof value !== "object" || value === null) return false;
  const { user, room, transaction, content } = value as Record<string, unknown>;
  return typeof user === "string" && typeof room === "string" && typeof transaction === "string" && typeof content === "object" && content !== null;
}
