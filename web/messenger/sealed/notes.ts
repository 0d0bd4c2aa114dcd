/**
 * Small values that only this member's devices can read, such as the channels they follow: the latest encrypted event
 * of each name in the room with oneself. The server sees that something was written, not what.
 */
import { type MatrixEvent } from "matrix-js-sdk/lib/matrix";
import { cryptoOf } from "./account";
import { client } from "./client";
import type { Noted } from "./model";
import { notesRoom } from "./rooms";
import { directRooms } from "./chat";
import { recovery } from "./state";

const TYPE = "org.jaga.note";
const PAGES = 20;

export async function readNote(name: string): Promise<Noted> {
  const room = existing();
  if (!room) return { state: "none" };
  for (let page = 0; page < PAGES; page += 1) {
    const events = room.getLiveTimeline().getEvents();
    await Promise.all(events.map(decrypt));
    const latest = events.findLast((event) => holds(event, name) || mayHold(event));
    if (latest) return holds(latest, name) ? { state: "found", value: latest.getContent()["value"] } : { state: "locked" };
    if (room.getLiveTimeline().getPaginationToken("b" as never) === null) return { state: "none" };
    await client().scrollback(room, 50);
  }
  return { state: "none" };
}

export async function writeNote(name: string, value: unknown): Promise<void> {
  await client().sendEvent(await notesRoom(), TYPE as never, { name, value } as never);
}

/** Calls back when another device of the member may have written a note. */
export function onNote(changed: () => void): void {
  client().on("Event.decrypted" as never, ((event: MatrixEvent) => {
    if (event.getType() === TYPE && event.getSender() === client().getSafeUserId()) changed();
  }) as never);
}

function existing() {
  const ids = directRooms(client())[client().getSafeUserId()] ?? [];
  return ids.map((id) => client().getRoom(id)).find((room) => room?.getMyMembership() === "join") ?? null;
}

function holds(event: MatrixEvent, name: string): boolean {
  return event.getType() === TYPE && event.getSender() === client().getSafeUserId() && event.getContent()["name"] === name;
}

/** Locked, and as long as this device has not all keys, one that it is still to get may open it. */
function mayHold(event: MatrixEvent): boolean {
  return event.isDecryptionFailure() && recovery.peek() !== "complete";
}

/** What failed is tried again at once: its key may just have come, and the library waits a while before it does. */
async function decrypt(event: MatrixEvent): Promise<void> {
  if (event.isDecryptionFailure()) await event.attemptDecryption(cryptoOf(client()) as never, { isRetry: true });
  else await client().decryptEventIfNeeded(event);
}
