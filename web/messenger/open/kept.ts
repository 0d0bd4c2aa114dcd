/** The values of the member's note, and how one change makes the next of the last. */
export const LISTS = ["follows", "pinned", "muted"] as const;
/** Each holds names of channels. */
export type List = (typeof LISTS)[number];

export interface Receipt {
  id: string;
  key: string;
  target: string;
  at: string;
}

export type Notes = Readonly<Record<List, readonly string[]>> & { readonly receipts: readonly Receipt[] };
export type Change = { list: List; name: string; on: boolean } | { receipt: Receipt };

export const EMPTY: Notes = { follows: [], pinned: [], muted: [], receipts: [] };
const MOST_RECEIPTS = 200;

/** What another version of the messenger wrote may have less in it. */
export function notesOf(value: unknown): Notes {
  const found = (value ?? {}) as Record<string, unknown>;
  const names = (list: List) => (Array.isArray(found[list]) ? found[list].filter((name): name is string => typeof name === "string") : []);
  const receipts = Array.isArray(found["receipts"]) ? (found["receipts"] as Receipt[]) : [];
  return { follows: names("follows"), pinned: names("pinned"), muted: names("muted"), receipts };
}

export function applied(notes: Notes, change: Change): Notes {
  if ("receipt" in change) return { ...notes, receipts: [change.receipt, ...notes.receipts].slice(0, MOST_RECEIPTS) };
  const others = notes[change.list].filter((name) => name !== change.name);
  return { ...notes, [change.list]: change.on ? [...others, change.name] : others };
}
