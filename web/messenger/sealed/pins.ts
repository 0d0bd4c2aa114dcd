/** Pinned messages. Their ids travel as encrypted state (MSC4362), as the title does: the server does not learn which. */
import { EventType, MatrixEvent, type Room } from "matrix-js-sdk/lib/matrix";
import { bodyOf } from "./body";
import { latestState, personIn } from "./chat";
import { client, roomOf } from "./client";
import type { Pinned } from "./model";
import { done, type Done } from "./rooms";
import { touch, version } from "./watching";

/** As many as the guard takes (`jaga.sealed.rules`). */
const MOST = 100;
/** Pinned events of which no timeline is loaded, fetched one by one; null while one is under way. */
const fetched = new Map<string, MatrixEvent | null>();

export function pinnedIds(room: Room): string[] {
  const ids = latestState(room, EventType.RoomPinnedEvents)?.["pinned"];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string" && id.startsWith("$")).slice(-MOST) : [];
}

/** The pinned messages, the last pinned one last. Reading it inside a component subscribes to the room. */
export function pins(roomId: string): Pinned[] {
  void version(roomId).value;
  const room = roomOf(roomId);
  return room ? pinnedIds(room).map((id) => pinOf(room, id)).filter((pin) => pin !== null) : [];
}

function pinOf(room: Room, id: string): Pinned | null {
  const event = room.findEventById(id) ?? fetched.get(id) ?? ask(room, id);
  if (event?.isRedacted()) return null;
  const sender = event?.getSender();
  return { id, name: sender ? personIn(room, sender).name : "", body: event ? bodyOf(room, event) : null };
}

function ask(room: Room, id: string): null {
  if (fetched.has(id)) return null;
  fetched.set(id, null);
  void client()
    .fetchRoomEvent(room.roomId, id)
    .then(async (raw) => {
      const event = new MatrixEvent(raw);
      await client().decryptEventIfNeeded(event);
      fetched.set(id, event);
      touch(room.roomId);
    })
    .catch(() => undefined); // it stays named without its words
  return null;
}

export function pinMessage(roomId: string, id: string): Promise<Done> {
  return change(roomId, (ids) => [...ids.filter((one) => one !== id), id].slice(-MOST));
}

export function unpinMessage(roomId: string, id: string): Promise<Done> {
  return change(roomId, (ids) => ids.filter((one) => one !== id));
}

function change(roomId: string, next: (ids: string[]) => string[]): Promise<Done> {
  return done(async () => {
    const room = client().getRoom(roomId);
    if (room) await client().sendStateEvent(roomId, EventType.RoomPinnedEvents, { pinned: next(pinnedIds(room)) });
  });
}
