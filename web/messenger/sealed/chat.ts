/** A room as the list shows it. */
import { EventType, KnownMembership, type MatrixClient, type MatrixEvent, PushRuleActionName, type Room } from "matrix-js-sdk/lib/matrix";
import { bodyOf, isSpoken, mentioned } from "./body";
import type { Chat, Person, Preview } from "./model";
import { cleanName, shownName } from "./names";
import { groupPicture, personPicture } from "./pictures";

export const PINNED = "m.favourite";

export function isShown(room: Room): boolean {
  const membership = room.getMyMembership();
  return membership === KnownMembership.Join || membership === KnownMembership.Invite;
}

export function chatOf(client: MatrixClient, room: Room): Chat {
  const me = client.getSafeUserId();
  const invited = room.getMyMembership() === KnownMembership.Invite;
  const own = room.getMember(me);
  const inviter = invited ? (own?.events.member?.getSender() ?? null) : null;
  const kind = kindOf(client, room);
  const peerId = kind === "direct" ? (inviter ?? peerOf(client, room)) : null;
  const peer = peerId ? personIn(room, peerId) : null;
  const { unread, mentions, more } = invited ? INVITED : unreadIn(room, me);
  const last = lastSpoken(room);
  const at = last?.getTs() ?? own?.events.member?.getTs() ?? 0;
  return {
    id: room.roomId,
    kind,
    membership: invited ? "invite" : "join",
    title: titleOf(room, kind, peer, me),
    peer,
    picture: invited ? null : kind === "group" ? groupPicture(room) : peer ? personPicture(client, room, peer.id) : null,
    invitedBy: inviter ? personIn(room, inviter) : null,
    memberCount: room.getJoinedMemberCount() + room.getInvitedMemberCount(),
    at,
    preview: previewOf(room, kind, me, invited),
    unread,
    unreadMore: more,
    mentions,
    muted: isMuted(client, room.roomId),
    pinned: PINNED in room.tags,
    typing: typingIn(room, me),
    blocked: peerId !== null && client.isUserIgnored(peerId),
    mayRename: room.currentState.maySendStateEvent(EventType.RoomName, me),
    mayPin: room.currentState.maySendStateEvent(EventType.RoomMessageEncrypted, me),
  };
}

/** Muted is a room whose own push rule tells nobody, as other clients do it too. */
export function isMuted(client: MatrixClient, roomId: string): boolean {
  const rule = client.pushRules?.global.room?.find(({ rule_id }) => rule_id === roomId);
  return rule !== undefined && rule.enabled !== false && !rule.actions.includes(PushRuleActionName.Notify);
}

/** So many are counted, and the rest is "more". */
export const MOST_COUNTED = 99;
const INVITED = { unread: 1, mentions: 0, more: false };

/**
 * Counted here from the end, up to what was read: the server cannot see whom a message names, and the library counts
 * only what it has deciphered in this visit. What is not loaded yet is "more" (see `backlog.ts`).
 */
export function unreadIn(room: Room, me: string): { unread: number; mentions: number; more: boolean } {
  const read = room.getEventReadUpTo(me);
  const events = room.getLiveTimeline().getEvents();
  let unread = 0;
  let mentions = 0;
  for (const event of latestFirst(events)) {
    if (event.getId() === read || (event.getSender() === me && !event.isState())) return { unread, mentions, more: false };
    if (unread === MOST_COUNTED) return { unread, mentions, more: true };
    if (event.isRedacted()) continue;
    if (isSpoken(event)) unread += 1;
    if (mentioned(event.getContent()).includes(me)) mentions += 1;
  }
  return { unread, mentions, more: unread > 0 && room.getLiveTimeline().getPaginationToken("b" as never) !== null };
}

function* latestFirst(events: readonly MatrixEvent[]): Generator<MatrixEvent> {
  for (let at = events.length - 1; at >= 0; at -= 1) yield events[at] as MatrixEvent;
}

/** Direct chats stand in `m.direct`; one with oneself holds notes. An invitation says itself that it is direct. */
export function kindOf(client: MatrixClient, room: Room): Chat["kind"] {
  const me = client.getSafeUserId();
  const peer = peerOf(client, room);
  if (peer !== null) return peer === me ? "notes" : "direct";
  const asked = room.getMember(me)?.events.member?.getContent()["is_direct"] === true;
  return asked && room.getMyMembership() === KnownMembership.Invite ? "direct" : "group";
}

export function directRooms(client: MatrixClient): Record<string, string[]> {
  const content: unknown = client.getAccountData(EventType.Direct)?.getContent();
  if (typeof content !== "object" || content === null) return {};
  return Object.fromEntries(
    Object.entries(content).map(([user, rooms]) => [user, Array.isArray(rooms) ? rooms.filter((id) => typeof id === "string") : []]),
  );
}

const peersBy = new WeakMap<object, ReadonlyMap<string, string>>();

/** Asked for every room at every change, so each version of the list is turned round once. */
function peerOf(client: MatrixClient, room: Room): string | null {
  const content = client.getAccountData(EventType.Direct)?.getContent();
  if (!content) return null;
  let peers = peersBy.get(content);
  if (!peers) {
    const pairs = Object.entries(directRooms(client)).flatMap(([user, rooms]) => rooms.map((id): [string, string] => [id, user]));
    peersBy.set(content, (peers = new Map(pairs)));
  }
  return peers.get(room.roomId) ?? null;
}

export function personIn(room: Room, id: string): Person {
  return { id, name: shownName(id, room.getMember(id)?.rawDisplayName) };
}

/** The title travels encrypted (MSC4362); a group without one is called by its people. */
function titleOf(room: Room, kind: Chat["kind"], peer: Person | null, me: string): string {
  const given = cleanName(givenTitle(room), "");
  if (given) return given;
  if (peer) return peer.name;
  if (kind === "notes") return "";
  const others = room.currentState
    .getMembers()
    .filter(({ userId, membership }) => userId !== me && (membership === KnownMembership.Join || membership === KnownMembership.Invite))
    .map(({ userId }) => personIn(room, userId).name)
    .sort((a, b) => a.localeCompare(b));
  return others.slice(0, 4).join(", ") + (others.length > 4 ? " …" : "");
}

export function givenTitle(room: Room): string {
  const name = latestState(room, EventType.RoomName)?.["name"];
  return typeof name === "string" ? name.trim() : "";
}

/**
 * What encrypted state of this type says, by the latest event that can be read. The library files such an event under
 * what it could read of it at the time, so after the key arrives it still lies elsewhere.
 */
export function latestState(room: Room, type: string): Record<string, unknown> | undefined {
  return [...room.currentState.events.values()]
    .flatMap((byKey) => [...byKey.values()])
    .filter((event) => event.getType() === type && !event.isDecryptionFailure())
    .reduce<MatrixEvent | null>((latest, event) => (latest && latest.getTs() > event.getTs() ? latest : event), null)
    ?.getContent();
}

function lastSpoken(room: Room) {
  const pending = room.getPendingEvents().findLast(isSpoken);
  return pending ?? room.getLiveTimeline().getEvents().findLast(isSpoken);
}

function previewOf(room: Room, kind: Chat["kind"], me: string, invited: boolean): Preview {
  if (invited) return { kind: "invitation" };
  const last = lastSpoken(room);
  const body = last && bodyOf(room, last);
  if (!last || !body) return { kind: "none" };
  const sender = last.getSender() ?? "";
  const from = sender === me ? "" : kind === "group" ? personIn(room, sender).name : null;
  return { kind: "message", from, body };
}

function typingIn(room: Room, me: string): string[] {
  return room.currentState
    .getMembers()
    .filter((member) => member.typing && member.userId !== me)
    .map((member) => personIn(room, member.userId).name);
}
