/**
 * What a member keeps for themselves on the open side: the channels they follow and the receipts of their reports.
 * It is one encrypted note in the room with oneself; without an account it lives as long as the page.
 */
import { effect, signal } from "@preact/signals";
import { chats, load, session } from "../sealed";

export interface Receipt {
  id: string;
  key: string;
  target: string;
  at: string;
}

const NAME = "open-side";
export const follows = signal<readonly string[]>([]);
export const receipts = signal<readonly Receipt[]>([]);
/** Whether a note is on its way: until then it would not survive a reload. */
export const keeping = signal(false);
const SETTLING = 300;
let read = "";
let found = false;
let later: ReturnType<typeof setTimeout> | undefined;

async function fetchNotes(me: string): Promise<void> {
  const kept = (await (await load()).readNote(NAME)) as { follows?: unknown; receipts?: unknown } | undefined;
  read = me;
  if (kept === undefined) return;
  found = true;
  if (Array.isArray(kept?.follows)) follows.value = kept.follows.filter((name): name is string => typeof name === "string");
  if (Array.isArray(kept?.receipts)) receipts.value = kept.receipts as Receipt[];
}

export function startNotes(): void {
  // A session that was resumed begins with what the browser kept, and the note may only come with the next sync.
  effect(() => {
    const me = chats.value.some((one) => one.kind === "notes") && session.value.state === "ready" ? session.value.me.id : "";
    clearTimeout(later);
    if (me && !found) later = setTimeout(() => void fetchNotes(me).catch(() => undefined), SETTLING);
  });
  effect(() => {
    const now = session.value;
    if (now.state === "ready" && now.me.id !== read) {
      void fetchNotes(now.me.id).catch(() => undefined);
      void load().then((sealed) => sealed.onNote(() => void fetchNotes(now.me.id).catch(() => undefined)));
    }
    if (now.state === "signed-out") {
      read = "";
      found = false;
      follows.value = [];
      receipts.value = [];
    }
  });
}

async function keep(): Promise<void> {
  if (session.value.state !== "ready") return;
  found = true;
  keeping.value = true;
  try {
    await (await load()).writeNote(NAME, { follows: follows.value, receipts: receipts.value });
  } finally {
    keeping.value = false;
  }
}

/** Shown at once; taken back when it could not be kept. */
export async function toggleFollow(name: string): Promise<void> {
  const before = follows.value;
  follows.value = before.includes(name) ? before.filter((one) => one !== name) : [...before, name];
  await keep().catch(() => (follows.value = before));
}

export async function keepReceipt(receipt: Receipt): Promise<void> {
  receipts.value = [receipt, ...receipts.value].slice(0, 200);
  await keep();
}
