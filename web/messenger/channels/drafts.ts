/** What was typed for everybody and not sent yet: on this device alone, with its formatting. */
import type { Mark } from "./marks";

export interface Kept {
  text: string;
  marks: Mark[];
}

export function readDraft(name: string): Kept {
  const kept = localStorage.getItem(name) ?? "";
  try {
    const found = JSON.parse(kept) as Kept;
    if (typeof found.text === "string" && Array.isArray(found.marks)) return found;
  } catch {
    // kept by an earlier version, as its words alone
  }
  return { text: kept, marks: [] };
}

export function keepDraft(name: string, kept: Kept): void {
  if (kept.text) localStorage.setItem(name, JSON.stringify(kept));
  else localStorage.removeItem(name);
}
