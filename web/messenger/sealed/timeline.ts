/** A room's events as the messages of a conversation. */
import { ConnectionError, EventStatus, type MatrixEvent, RelationType, EventType, type Room } from "matrix-js-sdk/lib/matrix";
import { EventShieldColour } from "matrix-js-sdk/lib/crypto-api";
import { bodyOf, mentioned } from "./body";
import { personIn, unreadIn } from "./chat";
import { client, roomOf, signedInClient } from "./client";
import { cryptoOf } from "./account";
import { isOneLine } from "./lines";
import type { Body, Delivery, Message, Part, Text, Timeline } from "./model";
import { problemOf } from "./problems";
import { mishap } from "./state";
import { touch, version } from "./watching";

const PAGE = 40;
const TELL_AFTER = 250;
/** On a copy of a message from another chat; whose it was stays there. */
export const FORWARDED = "org.jaga.forwarded";
const loading = new Set<string>();
const openedAt = new Map<string, string | null>();
const unvouched = new Map<string, boolean>();
export const problems = new Map<string, Text>();

/** What a part of the conversation shows now. Reading it inside a component subscribes to the room. */
export function timeline(roomId: string, part: Part): Timeline {
  void version(roomId).value;
  const room = roomOf(roomId);
  if (!room) return { messages: [], earlier: false, later: false, complete: true, loading: false, readUpTo: null, firstNew: null };
  const events = eventsOf(room);
  const seen = readByOthers(room, events);
  const known = part.end === null ? -1 : placeOf(events, part.end);
  const last = known < 0 ? events.length - 1 : known;
  const messages: Message[] = [];
  let at = last;
  for (let lines = 0; at >= 0; at -= 1) {
    const message = messageOf(room, events[at] as MatrixEvent, at <= seen);
    if (!message) continue;
    if (!isOneLine(message.body, messages.at(-1)?.body)) lines += 1;
    if (lines > part.count) break;
    messages.push(message);
  }
  return {
    messages: messages.reverse(),
    earlier: events.slice(0, at + 1).some((event) => bodyOf(room, event) !== null),
    later: last < events.length - 1 && events.slice(last + 1).some((event) => bodyOf(room, event) !== null),
    complete: room.getLiveTimeline().getPaginationToken("b" as never) === null,
    loading: loading.has(roomId),
    readUpTo: openedAt.get(roomId) ?? null,
    firstNew: firstNew(room, events, openedAt.get(roomId) ?? null),
  };
}

/** The id of the message `count` lines after an event, or null where the newest comes before that. */
export function after(roomId: string, id: string, count: number): string | null {
  const room = roomOf(roomId);
  if (!room) return null;
  const events = eventsOf(room);
  let lines = 0;
  let end: MatrixEvent | undefined;
  let before: Body | undefined;
  for (const event of events.slice(placeOf(events, id) + 1)) {
    const body = bodyOf(room, event);
    if (!body) continue;
    if (!isOneLine(body, before)) lines += 1;
    if (lines > count) return end?.getId() ?? null;
    [end, before] = [event, body];
  }
  return null;
}

/** Whether the event is among the loaded ones. */
export function isLoaded(roomId: string, id: string): boolean {
  const room = roomOf(roomId);
  return room !== null && placeOf(eventsOf(room), id) >= 0;
}

/** What waits to be sent stands at the end. */
function eventsOf(room: Room): MatrixEvent[] {
  return [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()];
}

function placeOf(events: readonly MatrixEvent[], id: string): number {
  return events.findLastIndex((event) => event.getId() === id);
}

/** The first message of somebody else after the last event read. */
function firstNew(room: Room, events: readonly MatrixEvent[], readUpTo: string | null): string | null {
  const read = readUpTo === null ? -1 : placeOf(events, readUpTo);
  if (read < 0) return null;
  const me = client().getSafeUserId();
  const found = events.slice(read + 1).find((event) => event.getSender() !== me && !event.isState() && bodyOf(room, event) !== null);
  return found ? keyOf(found) : null;
}

/** Stays the same from the local echo on. */
function keyOf(event: MatrixEvent): string {
  return event.getTxnId() ?? event.getUnsigned().transaction_id ?? event.getId() ?? "";
}

function messageOf(room: Room, event: MatrixEvent, seen: boolean): Message | null {
  const body = bodyOf(room, event);
  if (!body) return null;
  const me = client().getSafeUserId();
  const sender = personIn(room, event.getSender() ?? "");
  const id = event.getId() ?? "";
  const delivery = deliveryOf(event, sender.id === me, seen);
  return {
    key: keyOf(event),
    id,
    sender,
    mine: sender.id === me,
    at: event.getTs(),
    body,
    edited: body.kind !== "deleted" && event.replacingEvent() !== null,
    forwarded: event.getContent()[FORWARDED] === true,
    toMe: sender.id !== me && body.kind !== "deleted" && mentioned(event.getContent()).includes(me),
    replyTo: replyOf(room, event),
    reactions: body.kind === "deleted" ? [] : reactionsTo(room, id, me),
    delivery,
    problem: delivery === "failed" ? (problems.get(event.getTxnId() ?? id) ?? null) : null,
    unvouched: unvouched.get(id) ?? lookAtDevice(room, event),
  };
}

function deliveryOf(event: MatrixEvent, mine: boolean, seen: boolean): Delivery {
  if (!mine) return "received";
  switch (event.status) {
    case EventStatus.NOT_SENT:
    case EventStatus.CANCELLED:
      return "failed";
    case null:
    case EventStatus.SENT:
      return seen ? "read" : "sent";
    default:
      return "sending";
  }
}

/** The place of the last event that anybody else has read. */
function readByOthers(room: Room, events: readonly MatrixEvent[]): number {
  const me = client().getSafeUserId();
  const read = new Set(room.getMembers().filter(({ userId }) => userId !== me).map(({ userId }) => room.getEventReadUpTo(userId)));
  return events.findLastIndex((event) => read.has(event.getId() ?? null));
}

function replyOf(room: Room, event: MatrixEvent): Message["replyTo"] {
  const id = event.isRedacted() ? undefined : event.replyEventId;
  if (!id) return null;
  const target = room.findEventById(id);
  return { id, name: target ? personIn(room, target.getSender() ?? "").name : "", excerpt: target ? bodyOf(room, target) : null };
}

function reactionsTo(room: Room, id: string, me: string): Message["reactions"] {
  const found = room.relations.getChildEventsForEvent(id, RelationType.Annotation, EventType.Reaction)?.getSortedAnnotationsByKey();
  return (found ?? [])
    .map(([emoji, events]) => {
      const standing = [...events].filter((event) => !event.isRedacted());
      const mine = standing.find((event) => event.getSender() === me);
      return { emoji: [...emoji].slice(0, 8).join(""), count: new Set(standing.map((event) => event.getSender())).size, mine: mine?.getId() ?? null };
    })
    .filter(({ count }) => count > 0);
}

/** Learns once per message whether its device is vouched for by its owner; shown quietly, never as an alarm. */
function lookAtDevice(room: Room, event: MatrixEvent): boolean {
  const id = event.getId() ?? "";
  if (event.isState() || !event.isEncrypted() || event.isDecryptionFailure() || event.isBeingDecrypted() || event.status) return false;
  unvouched.set(id, false);
  void cryptoOf(client())
    .getEncryptionInfoForEvent(event)
    .then((info) => {
      if (!info || info.shieldColour !== EventShieldColour.RED) return;
      unvouched.set(id, true);
      touch(room.roomId);
    })
    .catch(() => undefined); // stopped meanwhile; the next visit looks again
  return false;
}

/** Loads an earlier part of the conversation; whether that worked. */
export async function earlier(roomId: string): Promise<boolean> {
  const room = roomOf(roomId);
  if (!room || loading.has(roomId)) return true;
  loading.add(roomId);
  touch(roomId);
  try {
    await client().scrollback(room, PAGE);
    await room.decryptAllEvents();
    return true;
  } catch (error) {
    if (!(error instanceof ConnectionError)) mishap.value = problemOf(error); // the page says by itself that it is offline
    return false;
  } finally {
    loading.delete(roomId);
    touch(roomId);
  }
}

/** Remembers where reading stopped, for the marker that stays while the chat is open. */
export function opened(roomId: string): void {
  const room = roomOf(roomId);
  const me = signedInClient()?.getSafeUserId() ?? "";
  openedAt.set(roomId, room && unreadIn(room, me).unread > 0 ? room.getEventReadUpTo(me) : null);
  touch(roomId);
}

const read = new Map<string, MatrixEvent>();
const told = new Map<string, MatrixEvent>();

/** Tells the others that everything here has been read; what is read in quick succession is told once. */
export async function markRead(roomId: string): Promise<void> {
  const last = lastOfOthers(roomId);
  if (!last || last === told.get(roomId)) return;
  const waiting = read.has(roomId);
  read.set(roomId, last);
  if (waiting) return;
  await new Promise((passed) => setTimeout(passed, TELL_AFTER));
  const event = read.get(roomId) ?? last;
  read.delete(roomId);
  told.set(roomId, event);
  await signedInClient()
    ?.sendReadReceipt(event)
    .catch(() => told.delete(roomId));
}

/** The newest event of somebody else, unless the server knows that it was read. One's own need no receipt. */
function lastOfOthers(roomId: string): MatrixEvent | null {
  const room = roomOf(roomId);
  if (!room) return null;
  const me = client().getSafeUserId();
  const events = room.getLiveTimeline().getEvents();
  const last = events.findLast((event) => event.getSender() !== me);
  const known = room.getReadReceiptForUserId(me, true)?.eventId;
  if (!last || (known !== undefined && placeOf(events, known) >= events.lastIndexOf(last))) return null;
  return last;
}
