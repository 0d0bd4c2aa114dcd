/** Opening, joining and leaving sealed rooms, and the people in them. */
import { ConnectionError, EventType, KnownMembership, MatrixError, Preset, PushRuleKind, type Room } from "matrix-js-sdk/lib/matrix";
import { cryptoOf } from "./account";
import { directRooms, isShown, latestState, personIn, PINNED } from "./chat";
import { client, roomOf } from "./client";
import type { Found, Member, Person, Text } from "./model";
import { personPicture } from "./pictures";
import { localpart, shownName, userIdOf } from "./names";
import { problemOf } from "./problems";
import { touch, touchAll } from "./watching";

export type Opened = { ok: true; room: string } | { ok: false; problem: Text };
export type Done = { ok: true } | { ok: false; problem: Text };

/** Milliseconds. */
const LONGEST_WAIT = 60_000;
const NOBODY: Text = {
  id: "Tidak ada anggota dengan nama itu, atau ia belum pernah masuk.",
  en: "No member is called that, or they have never signed in.",
};
const ENCRYPTION = {
  type: EventType.RoomEncryption,
  state_key: "",
  content: { algorithm: "m.megolm.v1.aes-sha2", "io.element.msc4362.encrypt_state_events": true },
};

/** Members whose name fits, and the one who is called exactly so. */
export async function find(typed: string): Promise<Found[]> {
  const me = client().getSafeUserId();
  const exact = userIdOf(typed, client().getDomain() ?? "");
  const [listed, called] = await Promise.all([
    client().searchUserDirectory({ term: typed, limit: 8 }).catch(() => ({ results: [] })),
    exact && exact !== me ? profile(exact) : null,
  ]);
  const found = listed.results.map((one) => ({ id: one.user_id, name: shownName(one.user_id, one.display_name), known: true }));
  const all = called ? [{ ...called, known: false }, ...found.filter(({ id }) => id !== called.id)] : found;
  return all.filter(({ id }) => id !== me);
}

async function profile(id: string): Promise<Person | null> {
  try {
    const { displayname } = await client().getProfileInfo(id);
    return { id, name: shownName(id, displayname) };
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    // Strangers' profiles are not shown to us; whether they are there, their keys tell, without which nobody can write to them.
    return (await hasKeys(id)) ? { id, name: localpart(id) } : null;
  }
}

/** Whom a name means here; whether there is such a member shows when a chat is opened. */
export function personCalled(name: string): Person | null {
  const id = userIdOf(name, client().getDomain() ?? "");
  return id === null ? null : { id, name: shownName(id, client().getUser(id)?.displayName) };
}

async function hasKeys(id: string): Promise<boolean> {
  const devices = await cryptoOf(client()).getUserDeviceInfo([id], true);
  return (devices.get(id)?.size ?? 0) > 0;
}

/** The chat with one person: the one there is, or a new one. */
export async function openDirect(id: string): Promise<Opened> {
  const known = (directRooms(client())[id] ?? [])
    .map((room) => client().getRoom(room))
    .find((room) => room && [KnownMembership.Join, KnownMembership.Invite].includes(room.getMyMembership() as never));
  if (known) return { ok: true, room: known.roomId };
  if (!(await profile(id).catch(() => null))) return { ok: false, problem: NOBODY };
  return attempt(async () => {
    const room = await create({ invite: [id], is_direct: true, preset: Preset.TrustedPrivateChat });
    await rememberDirect(id, room);
    return room;
  });
}

export async function openGroup(title: string, people: readonly string[]): Promise<Opened> {
  return attempt(async () => {
    const room = await create({ invite: [...people], preset: Preset.PrivateChat });
    if (title.trim()) await client().sendStateEvent(room, EventType.RoomName, { name: title.trim() });
    return room;
  });
}

/** The room with oneself alone, for what is to be kept encrypted. */
export async function notesRoom(): Promise<string> {
  const me = client().getSafeUserId();
  const known = directRooms(client())[me]?.find((id) => client().getRoom(id)?.getMyMembership() === KnownMembership.Join);
  if (known) return known;
  const room = await create({ preset: Preset.PrivateChat });
  await rememberDirect(me, room);
  return room;
}

async function create(options: { invite?: string[]; is_direct?: boolean; preset: Preset }): Promise<string> {
  const { room_id } = await client().createRoom({ ...options, initial_state: [ENCRYPTION] });
  await arrived(room_id, options.invite ?? []);
  return room_id;
}

/**
 * Waits until the sync has brought the room, its encryption and those invited: what is sent earlier would be encrypted
 * for the wrong people.
 */
async function arrived(id: string, invited: readonly string[]): Promise<void> {
  const there = () => {
    const room = client().getRoom(id);
    return room?.hasEncryptionStateEvent() && invited.every((user) => room.getMember(user) !== null);
  };
  const until = performance.now() + LONGEST_WAIT;
  while (!there()) {
    if (performance.now() > until) throw new ConnectionError("the sync did not bring the room");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function rememberDirect(user: string, room: string): Promise<void> {
  const direct = directRooms(client());
  await client().setAccountData(EventType.Direct, { ...direct, [user]: [...(direct[user] ?? []), room] });
}

async function attempt(act: () => Promise<string>): Promise<Opened> {
  try {
    return { ok: true, room: await act() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

export async function done(act: () => Promise<unknown>): Promise<Done> {
  try {
    await act();
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

export function accept(roomId: string): Promise<Done> {
  return done(async () => {
    const room = client().getRoom(roomId);
    const invitation = room?.getMember(client().getSafeUserId())?.events.member;
    const inviter = invitation?.getSender();
    await client().joinRoom(roomId);
    if (inviter && invitation?.getContent()["is_direct"] === true) await rememberDirect(inviter, roomId);
  });
}

/** Whether the member is in the room or invited to it, as far as has been synchronized. */
export function isIn(roomId: string): boolean {
  const room = roomOf(roomId);
  return room !== null && isShown(room);
}

export function leave(roomId: string): Promise<Done> {
  return done(async () => {
    await client().leave(roomId);
    await client().forget(roomId).catch(() => undefined);
  });
}

export function invite(roomId: string, id: string): Promise<Done> {
  return done(async () => {
    await client().invite(roomId, id);
    await arrived(roomId, [id]);
    await repeatState(roomId);
  });
}

export function removeMember(roomId: string, id: string): Promise<Done> {
  return done(() => client().kick(roomId, id));
}

export function rename(roomId: string, title: string): Promise<Done> {
  return done(() => client().sendStateEvent(roomId, EventType.RoomName, { name: title.trim() }));
}

/** Who is invited later has no key to the encrypted state: it is said once more, encrypted for them too. */
async function repeatState(roomId: string): Promise<void> {
  const room = client().getRoom(roomId);
  for (const type of [EventType.RoomName, EventType.RoomAvatar, EventType.RoomPinnedEvents] as const) {
    const content = room && latestState(room, type);
    if (content && Object.keys(content).length > 0) await client().sendStateEvent(roomId, type, content as never);
  }
}

export function block(id: string, blocked: "yes" | "no"): Promise<Done> {
  return done(async () => {
    const others = client().getIgnoredUsers().filter((one) => one !== id);
    await client().setIgnoredUsers(blocked === "yes" ? [...others, id] : others);
    touchAll();
  });
}

export function blockedPeople(): Person[] {
  return client()
    .getIgnoredUsers()
    .map((id) => ({ id, name: shownName(id, client().getUser(id)?.displayName) }));
}

export function setPinned(roomId: string, pinned: boolean): Promise<Done> {
  return done(async () => {
    if (pinned) await client().setRoomTag(roomId, PINNED, { order: 0.5 });
    else await client().deleteRoomTag(roomId, PINNED);
    touch(roomId);
  });
}

export function setMuted(roomId: string, muted: boolean): Promise<Done> {
  return done(async () => {
    if (muted) await client().addPushRule("global", PushRuleKind.RoomSpecific, roomId, { actions: [] });
    else await client().deletePushRule("global", PushRuleKind.RoomSpecific, roomId);
  });
}

/** The people of a room, with what is known of their identity. */
export async function members(roomId: string): Promise<Member[]> {
  const room = client().getRoom(roomId);
  if (!room) return [];
  await room.loadMembersIfNeeded();
  const present = room.getMembers().filter(({ membership }) => membership === KnownMembership.Join || membership === KnownMembership.Invite);
  const all = await Promise.all(present.map(({ userId }) => memberOf(room, userId)));
  return all.sort((a, b) => a.name.localeCompare(b.name));
}

/** Everybody else in the room, who can be named there. */
export async function others(roomId: string): Promise<Person[]> {
  const room = client().getRoom(roomId);
  if (!room) return [];
  await room.loadMembersIfNeeded();
  const me = client().getSafeUserId();
  const present = room.getMembers().filter(({ userId, membership }) => userId !== me && membership === KnownMembership.Join);
  return present.map(({ userId }) => personIn(room, userId)).sort((a, b) => a.name.localeCompare(b.name));
}

async function memberOf(room: Room, id: string): Promise<Member> {
  const status = await cryptoOf(client()).getUserVerificationStatus(id);
  const member = room.getMember(id);
  return {
    ...personIn(room, id),
    picture: member?.membership === KnownMembership.Join ? personPicture(client(), room, id) : null,
    membership: member?.membership === KnownMembership.Invite ? "invite" : "join",
    role: (member?.powerLevel ?? 0) >= 100 ? "owner" : "member",
    trust: status.isVerified() ? "verified" : status.needsUserApproval ? "changed" : status.known ? "known" : "unknown",
  };
}

/** Accepts somebody's new keys after they changed. */
export function acceptChange(id: string): Promise<Done> {
  return done(() => cryptoOf(client()).pinCurrentUserIdentity(id));
}
