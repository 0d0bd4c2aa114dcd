/**
 * The library's objects change in place. Here their changes become new values: a room that something happened in is
 * looked at again, once per frame, and its screens are told by its `version`.
 */
import { type Signal, signal } from "@preact/signals";
import { ClientEvent, EventStatus, MatrixEventEvent, type MatrixClient, RoomEvent, RoomMemberEvent, RoomStateEvent } from "matrix-js-sdk/lib/matrix";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { chatOf, isShown } from "./chat";
import type { Chat } from "./model";
import { chats, identities, uploads } from "./state";
import { noLongerUnsent } from "./unsent";
import { attend } from "./verifying";

/** Milliseconds. */
const FRAME = 16;
const SLICE = 8;
/** Nothing more is to be done for an event that is there, or that was given up. */
const DONE = new Set<EventStatus | null>([null, EventStatus.SENT, EventStatus.CANCELLED]);
const versions = new Map<string, Signal<number>>();
const known = new Map<string, Chat>();
const dirty = new Set<string>();
let planned = false;
let settled = 0;
let watched: MatrixClient | undefined;

/** Grows whenever anything about the room changed. */
export function version(room: string): Signal<number> {
  let found = versions.get(room);
  if (!found) versions.set(room, (found = signal(0)));
  return found;
}

export function touch(room: string | undefined | null): void {
  if (!room) return;
  dirty.add(room);
  if (planned) return;
  planned = true;
  setTimeout(settle, Math.max(0, settled + FRAME - performance.now()));
}

export function touchAll(): void {
  for (const room of watched?.getRooms() ?? []) touch(room.roomId);
}

function lookAtIdentities(): void {
  identities.value += 1;
  touchAll();
}

function settle(): void {
  planned = false;
  const until = performance.now() + SLICE;
  if (!watched) return dirty.clear();
  for (const id of dirty) {
    if (performance.now() > until) break;
    dirty.delete(id);
    const room = watched.getRoom(id);
    if (room && isShown(room)) known.set(id, chatOf(watched, room));
    else known.delete(id);
    version(id).value += 1;
  }
  chats.value = [...known.values()];
  settled = performance.now();
  touch(dirty.values().next().value); // the others wait for their turn, so that hundreds of rooms never stop the page
}

export function watch(made: MatrixClient): void {
  watched = made;
  made.on(ClientEvent.Room, (room) => touch(room.roomId));
  made.on(ClientEvent.DeleteRoom, (room) => touch(room));
  made.on(ClientEvent.AccountData, touchAll);
  made.on(RoomEvent.Timeline, (event) => touch(event.getRoomId()));
  made.on(RoomEvent.TimelineReset, (room) => touch(room?.roomId));
  made.on(RoomEvent.Redaction, (_event, room) => touch(room.roomId));
  made.on(RoomEvent.LocalEchoUpdated, (event, room) => {
    if (DONE.has(event.status)) noLongerUnsent(event.getTxnId());
    touch(room.roomId);
  });
  made.on(RoomEvent.Receipt, (_event, room) => touch(room.roomId));
  made.on(RoomEvent.MyMembership, (room) => touch(room.roomId));
  made.on(RoomEvent.Tags, (_event, room) => touch(room.roomId));
  made.on(RoomStateEvent.Events, (event) => touch(event.getRoomId()));
  made.on(RoomMemberEvent.Typing, (_event, member) => touch(member.roomId));
  made.on(MatrixEventEvent.Decrypted, (event) => touch(event.getRoomId()));
  made.on(MatrixEventEvent.Replaced, (event) => touch(event.getRoomId()));
  made.on(CryptoEvent.UserTrustStatusChanged, lookAtIdentities);
  made.on(CryptoEvent.DevicesUpdated, lookAtIdentities);
  attend(made);
}

/** After signing out nothing of it stays in memory. */
export function forget(): void {
  watched = undefined;
  known.clear();
  versions.clear();
  chats.value = [];
  uploads.value = [];
}
