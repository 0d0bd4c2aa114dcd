/**
 * What was typed and not sent, by chat. It stays in this browser and survives a crash of the tab. It is its author's:
 * another account that signs in here neither sees it nor ends it.
 */
import { effect, signal } from "@preact/signals";
import { session } from "../sealed";

const KEY = "jaga.drafts";

export const drafts = signal<Readonly<Record<string, string>>>({});
let author = "";

// Another tab may have written since, until this one took its place.
effect(() => {
  if (session.value.state !== "ready") return;
  author = session.value.me.id;
  drafts.value = stored();
});

export function keepDraft(room: string, text: string): void {
  const { [room]: _, ...others } = drafts.value;
  drafts.value = text.trim() ? { ...others, [room]: text } : others;
  try {
    localStorage.setItem(place(), JSON.stringify(drafts.value));
  } catch {
    // No room left: the draft lives as long as the page.
  }
}

export function forgetDrafts(): void {
  drafts.value = {};
  localStorage.removeItem(place());
}

function place(): string {
  return `${KEY}:${author}`;
}

function stored(): Record<string, string> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(place()) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {};
  }
}
