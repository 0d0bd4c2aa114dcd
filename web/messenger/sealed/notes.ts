/**
 * Small values that only this member's devices can read, such as the channels they follow: the latest encrypted event
 * of each name in the room with oneself. The server sees that something was written, not what.
 */
import { type MatrixEvent } from "matrix-js-sdk/lib/matrix";
import { client } from "./client";
import { notesRoom } from "./rooms";
import { directRooms } from "./chat";

const TYPE = "org.jaga.note";
const PAGES = 20;

export async function readNote(name: string): Promise<unknown> {
  const room = existing();
  if (!room) return undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const events = room.getLiveTimeline().getEvents();
    await Promise.all(events.map((event) => client().decryptEventIfNeeded(event)));
    const found = events.findLast((event) => holds(event, name));
    if (found) return found.getContent()["value"];
    if (room.getLiveTimeline().getPaginationToken("b" as never) === null) return undefined;
    await client().scrollback(room, 50);
  }
  return undefined;
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
