/** What was typed and not sent, by chat. It stays in this browser and survives a crash of the tab. */
import { signal } from "@preact/signals";

const KEY = "jaga.drafts";

export const drafts = signal<Readonly<Record<string, string>>>(stored());

export function keepDraft(room: string, text: string): void {
  const { [room]: _, ...others } = drafts.value;
  drafts.value = text.trim() ? { ...others, [room]: text } : others;
  try {
    localStorage.setItem(KEY, JSON.stringify(drafts.value));
  } catch {
    // No room left: the draft lives as long as the page.
  }
}

export function forgetDrafts(): void {
  drafts.value = {};
  localStorage.removeItem(KEY);
}

function stored(): Record<string, string> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {};
  }
}
