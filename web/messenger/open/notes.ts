/**
 * What a member keeps for themselves on the open side: the channels they follow, pin and mute, and the receipts of their
 * reports. It is one encrypted note in the room with oneself; without an account it lives as long as the page.
 */
import { computed, effect, signal } from "@preact/signals";
import { chats, load, recovery, session } from "../sealed";
import { applied, EMPTY, notesOf, type Change, type List, type Notes, type Receipt } from "./kept";

const NAME = "open-side";
/** Changes that a device made while it could not read the note: writing one then would put all the others away. */
const WAITING = "jaga.open.waiting";
const SETTLING = 300;

const notes = signal<Notes>(EMPTY);
export const follows = computed(() => notes.value.follows);
export const receipts = computed(() => notes.value.receipts);
/** Whether a note is on its way: until then it would not survive a reload. */
export const keeping = signal(false);
export const isKept = (list: List, name: string): boolean => notes.value[list].includes(name);

let known: "unread" | "locked" | "none" | "found" = "unread";
let waiting: readonly Change[] = [];
let later: ReturnType<typeof setTimeout> | undefined;

export function startNotes(): void {
  const look = () => void fetchNotes().catch(() => undefined);
  const member = computed(() => (session.value.state === "ready" ? session.value.me.id : ""));
  effect(() => {
    if (session.value.state === "signed-out") forget();
    if (!member.value) return;
    waiting = [...stored(), ...waiting];
    look();
    void load().then((sealed) => sealed.onNote(look));
  });
  // A session that was resumed begins with what the browser kept, and the note may only come with the next sync.
  effect(() => {
    const may = member.value && chats.value.some((one) => one.kind === "notes");
    clearTimeout(later);
    if (may && known !== "found") later = setTimeout(look, SETTLING);
  });
  effect(() => {
    if (recovery.value === "complete" && known === "locked") look();
  });
}

async function fetchNotes(): Promise<void> {
  const noted = await (await load()).readNote(NAME);
  if (session.value.state !== "ready" || keeping.value) return;
  known = noted.state;
  if (noted.state === "found") notes.value = waiting.reduce(applied, notesOf(noted.value));
  if (noted.state !== "locked" && waiting.length > 0) await write();
}

async function write(): Promise<void> {
  keeping.value = true;
  try {
    await (await load()).writeNote(NAME, notes.value);
    known = "found";
    putAside([]);
  } finally {
    keeping.value = false;
  }
}

/** Shown at once; taken back when it could not be kept. */
async function make(change: Change): Promise<void> {
  const before = notes.value;
  notes.value = applied(before, change);
  if (session.value.state !== "ready" || known === "unread" || known === "locked") return putAside([...waiting, change]);
  try {
    await write();
  } catch (error) {
    notes.value = before;
    throw error;
  }
}

export async function toggle(list: List, name: string): Promise<void> {
  await make({ list, name, on: !isKept(list, name) }).catch(() => undefined); // the button shows that it was taken back
}

export const keepReceipt = (receipt: Receipt): Promise<void> => make({ receipt });

function putAside(changes: readonly Change[]): void {
  waiting = changes;
  if (session.value.state !== "ready") return;
  try {
    localStorage.setItem(WAITING, JSON.stringify(changes));
  } catch {
    // No room left: they live as long as the page.
  }
}

function stored(): Change[] {
  try {
    return JSON.parse(localStorage.getItem(WAITING) ?? "[]") as Change[];
  } catch {
    return [];
  }
}

function forget(): void {
  known = "unread";
  waiting = [];
  notes.value = EMPTY;
  localStorage.removeItem(WAITING);
}
