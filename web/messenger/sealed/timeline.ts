/** A room's events as the messages of a conversation. */
import { ConnectionError, EventStatus, type MatrixEvent, RelationType, EventType, type Room } from "matrix-js-sdk/lib/matrix";
import { EventShieldColour } from "matrix-js-sdk/lib/crypto-api";
import { bodyOf, mentioned } from "./body";
import { personIn } from "./chat";
import { client } from "./client";
import { cryptoOf } from "./account";
import type { Delivery, Message, Text, Timeline } from "./model";
import { problemOf } from "./problems";
import { mishap } from "./state";
import { touch, version } from "./watching";

const PAGE = 40;
/** On a copy of a message from another chat; whose it was stays there. */
export const FORWARDED = "org.jaga.forwarded";
const loading = new Set<string>();
const openedAt = new Map<string, string | null>();
const unvouched = new Map<string, boolean>();
export const problems = new Map<string, Text>();

/** What the conversation shows now. Reading it inside a component subscribes to the room. */
export function timeline(roomId: string): Timeline {
  void version(roomId).value;
  const room = client().getRoom(roomId);
  if (!room) return { messages: [], complete: true, loading: false, readUpTo: null };
  const events = room.getLiveTimeline().getEvents();
  const seen = readByOthers(room, events);
  const messages = [...events.map((event, at) => messageOf(room, event, at <= seen)), ...pendingOf(room)];
  return {
    messages: messages.filter((message) => message !== null),
    complete: room.getLiveTimeline().getPaginationToken("b" as never) === null,
    loading: loading.has(roomId),
    readUpTo: openedAt.get(roomId) ?? null,
  };
}

function pendingOf(room: Room): (Message | null)[] {
  return room.getPendingEvents().map((event) => messageOf(room, event, false));
}

function messageOf(room: Room, event: MatrixEvent, seen: boolean): Message | null {
  const body = bodyOf(room, event);
  if (!body) return null;
  const me = client().getSafeUserId();
  const sender = personIn(room, event.getSender() ?? "");
  const id = event.getId() ?? "";
  const delivery = deliveryOf(event, sender.id === me, seen);
  return {
    key: event.getTxnId() ?? event.getUnsigned().transaction_id ?? id,
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
    });
  return false;
}

/** Loads an earlier part of the conversation; whether that worked. */
export async function earlier(roomId: string): Promise<boolean> {
  const room = client().getRoom(roomId);
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
  const room = client().getRoom(roomId);
  const unread = (room?.getUnreadNotificationCount() ?? 0) > 0;
  openedAt.set(roomId, unread ? (room?.getEventReadUpTo(client().getSafeUserId()) ?? null) : null);
  touch(roomId);
}

/** Tells the others that everything here has been read. */
export async function markRead(roomId: string): Promise<void> {
  const room = client().getRoom(roomId);
  const last = room?.getLiveTimeline().getEvents().findLast((event) => !event.status);
  if (!room || !last || room.getEventReadUpTo(client().getSafeUserId()) === last.getId()) return;
  await client().sendReadReceipt(last).catch(() => undefined);
}

/** How many of the loaded messages wait for the recovery key. */
export function waitingForKey(roomId: string): number {
  return timeline(roomId).messages.filter(({ body }) => body.kind === "undecryptable" && body.because === "no-key").length;
}
