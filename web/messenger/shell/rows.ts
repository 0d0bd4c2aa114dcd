/** The one list of conversations. Each side brings its own rows; the shell only sorts, filters and shows them. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { IconNode } from "lucide";

export type World = "sealed" | "open" | "official";

export interface Row {
  key: string;
  /** What the color of the letters is chosen by, where that is not the key. */
  seed?: string;
  world: World;
  title: string;
  /** Shown in two letters' place when there is one; an address of our own origin or a `blob:`. */
  picture?: string | undefined;
  /** Stands in the letters' place where the conversation is nobody's. */
  emblem?: IconNode | undefined;
  preview: string;
  /** A typed text that was not sent yet; shown instead of the preview. */
  draft?: string | undefined;
  /** Milliseconds since 1970; what the list is sorted by. */
  at: number;
  unread: number;
  /** There are more than these. */
  unreadMore?: boolean;
  /** How many of them name the member. */
  mentions?: number;
  muted: boolean;
  pinned: boolean;
  invitation: boolean;
  href: string;
}

const sources = signal<readonly ReadonlySignal<readonly Row[]>[]>([]);

/** Adds a side's rows to the list. */
export function contribute(rows: ReadonlySignal<readonly Row[]>): void {
  if (!sources.value.includes(rows)) sources.value = [...sources.value, rows];
}

export const rows = computed(() => sources.value.flatMap((source) => source.value).sort(byImportance));

function byImportance(a: Row, b: Row): number {
  return Number(b.invitation) - Number(a.invitation) || Number(b.pinned) - Number(a.pinned) || b.at - a.at;
}

/** Rows of one filter and search text. */
export function fitting(all: readonly Row[], filter: "all" | World, text: string): Row[] {
  const wanted = text.trim().toLocaleLowerCase();
  return all.filter(
    (row) => (filter === "all" || row.world === filter) && (wanted === "" || row.title.toLocaleLowerCase().includes(wanted)),
  );
}
