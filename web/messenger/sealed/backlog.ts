/**
 * What was written while this member was away. A sync brings only the newest of it: the rest is loaded and deciphered as
 * far as it is counted, one chat after the other, so that what is unread and who is named in it are true numbers.
 */
import { effect } from "@preact/signals";
import { type MatrixClient, SyncState } from "matrix-js-sdk/lib/matrix";
import { MOST_COUNTED, unreadIn } from "./chat";
import { signedInClient } from "./client";
import type { Chat } from "./model";
import { chats } from "./state";
import { touch } from "./watching";

const PAGE = 50;
/** Of each chat in one visit. Reactions and edits are no messages, so more than is counted may have to be loaded. */
const MOST_PAGES = 6;
const pages = new Map<string, number>();
let looking: MatrixClient | undefined;

effect(() => {
  if (chats.value.some(isShort)) void lookAtBacklogs();
});

function isShort({ unread, unreadMore }: Pick<Chat, "unread" | "unreadMore">): boolean {
  return unreadMore && unread < MOST_COUNTED;
}

/** To be called whenever the server has answered; without anything to do it costs nothing. */
export async function lookAtBacklogs(): Promise<void> {
  const made = signedInClient();
  if (!made || looking === made || made.getSyncState() !== SyncState.Syncing) return;
  looking = made;
  try {
    for (const { id } of chats.value.filter(isShort)) await load(made, id);
  } catch {
    // Without a connection "more" stays true; the next sync comes here again.
  } finally {
    looking = undefined;
  }
}

async function load(made: MatrixClient, id: string): Promise<void> {
  const room = made.getRoom(id);
  if (!room) return;
  const lacks = () => {
    const { unread, more } = unreadIn(room, made.getSafeUserId());
    return isShort({ unread, unreadMore: more }) && (pages.get(id) ?? 0) < MOST_PAGES;
  };
  while (lacks()) {
    pages.set(id, (pages.get(id) ?? 0) + 1);
    await made.scrollback(room, PAGE);
    await room.decryptAllEvents();
    touch(id);
  }
}
