/** What the screens know of the sealed side: plain values, made anew whenever something changes. No type of the library here. */

/** A sentence in both languages, as the server gives them. */
export interface Text {
  id: string;
  en: string;
}

export type Session =
  | { state: "starting" }
  | { state: "signed-out"; problem?: Text }
  | { state: "preparing"; step: "store" | "keys" | "first-sync" }
  | { state: "recovery-key"; key: string }
  | { state: "ready"; me: Person; device: string; server: string }
  | { state: "elsewhere"; problem?: Text }
  /** What the browser keeps cannot be used, there is no room for more, or what is needed to go on is on the server. */
  | { state: "broken"; because: "store" | "full" | "connection" | "parts" };

export interface Person {
  /** `@name:server` */
  id: string;
  name: string;
}

export type Connection = "online" | "offline";

/** Whether this device can read what came before it, and vouches for itself. `missing`: nothing does, no recovery key was ever finished. */
export type Recovery = "unknown" | "complete" | "needed" | "missing";

export interface Chat {
  id: string;
  kind: "direct" | "group" | "notes";
  membership: "join" | "invite";
  title: string;
  /** The other person of a direct chat. */
  peer: Person | null;
  /** An address of this page; null when there is none, and for invitations, which show no pictures. */
  picture: string | null;
  invitedBy: Person | null;
  memberCount: number;
  at: number;
  preview: Preview;
  /** Of others, since this member last read or wrote; no more than is counted. */
  unread: number;
  /** There are more than were counted. */
  unreadMore: boolean;
  /** How many of those counted name this member. */
  mentions: number;
  muted: boolean;
  pinned: boolean;
  typing: string[];
  blocked: boolean;
  mayRename: boolean;
  mayPin: boolean;
}

export type Preview =
  | { kind: "none" }
  | { kind: "invitation" }
  | { kind: "message"; from: string | null; body: Body };

export type Body =
  /** `named`: how the people it mentions are called in it. */
  | { kind: "text"; text: string; named: readonly string[] }
  | { kind: "photo"; file: Attachment; width: number; height: number; caption: string }
  | { kind: "file"; file: Attachment; caption: string }
  | { kind: "deleted"; byOther: boolean }
  | { kind: "undecryptable"; because: "no-key" | "before-joining" | "other" }
  | { kind: "decrypting" }
  | { kind: "unsupported" }
  | { kind: "notice"; notice: Notice };

export type Notice =
  | { kind: "created" | "joined" | "left" | "declined"; who: string }
  | { kind: "invited" | "removed"; who: string; whom: string }
  | { kind: "titled"; who: string; title: string }
  | { kind: "verification"; who: string };

export interface Attachment {
  name: string;
  bytes: number;
  type: string;
  /** Opaque to the screens; `open` of `sealed` takes it. */
  source: unknown;
  preview: unknown;
}

export type Delivery = "sending" | "failed" | "sent" | "read" | "received";

export interface Message {
  /** Stays the same from the local echo on. */
  key: string;
  id: string;
  sender: Person;
  mine: boolean;
  at: number;
  body: Body;
  edited: boolean;
  forwarded: boolean;
  /** Names this member. */
  toMe: boolean;
  replyTo: { id: string; name: string; excerpt: Body | null } | null;
  reactions: { emoji: string; count: number; mine: string | null }[];
  delivery: Delivery;
  problem: Text | null;
  /** Of a device that its owner has not vouched for. */
  unvouched: boolean;
}

export interface Pinned {
  id: string;
  name: string;
  /** Null until it is known. */
  body: Body | null;
}

/** Which part of a conversation is looked at: at most `count` lines of it, the last of them `end`, or the newest of all. */
export interface Part {
  end: string | null;
  count: number;
}

export interface Timeline {
  messages: Message[];
  /** Whether loaded messages stand before or after these. */
  earlier: boolean;
  later: boolean;
  /** Nothing earlier than what is loaded exists. */
  complete: boolean;
  loading: boolean;
  /** The last event read when the chat was opened, and the key of the first message that was not. */
  readUpTo: string | null;
  firstNew: string | null;
}

export interface Upload {
  id: string;
  room: string;
  name: string;
  bytes: number;
  sent: number;
  state: "preparing" | "sending" | "failed";
  problem: Text | null;
}

export interface Member extends Person {
  picture: string | null;
  membership: "join" | "invite";
  role: "owner" | "member";
  trust: "verified" | "known" | "changed" | "unknown";
}

export interface Device {
  id: string;
  name: string;
  current: boolean;
  vouched: boolean;
  lastSeen: number | null;
}

export type Verification =
  | { state: "none" }
  | { state: "asked"; by: Person; own: boolean }
  | { state: "waiting"; for: Person; own: boolean }
  | { state: "compare"; with: Person; emoji: readonly { symbol: string; name: string }[] }
  | { state: "confirming"; with: Person }
  | { state: "done"; with: Person }
  | { state: "cancelled"; with: Person; mismatch: boolean };

export interface Found extends Person {
  known: boolean;
}

/** What a note says; that there is none; or that there may be one which this device cannot read yet. */
export type Noted = { state: "found"; value: unknown } | { state: "none" } | { state: "locked" };
