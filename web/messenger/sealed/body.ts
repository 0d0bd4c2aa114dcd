/** What an event says, after decryption; whatever it is, it is taken for hostile. */
import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api";
import { EventType, KnownMembership, type MatrixEvent, MsgType, RelationType, type Room } from "matrix-js-sdk/lib/matrix";
import type { Attachment, Body, Notice } from "./model";
import { LONGEST_TEXT } from "./state";
import { cleanName, shownName } from "./names";

const NO_KEY = new Set<string | null>([
  DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID,
  DecryptionFailureCode.OLM_UNKNOWN_MESSAGE_INDEX,
  DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED,
  DecryptionFailureCode.HISTORICAL_MESSAGE_NO_KEY_BACKUP,
  DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP,
]);
export const SPOKEN = new Set<string>([EventType.RoomMessage, EventType.RoomMessageEncrypted, EventType.Sticker]);

/** Whether people said this: messages, not changes, reactions or edits. */
export function isSpoken(event: MatrixEvent): boolean {
  if (event.isState() || isRelation(event)) return false;
  return SPOKEN.has(event.getType()) && (event.isRedacted() || event.getContent()["msgtype"] !== "m.key.verification.request");
}

/** Edits and reactions show on the message that they are about, even when they cannot be read yet. */
export function isRelation(event: MatrixEvent): boolean {
  const kind = event.getRelation()?.rel_type;
  return kind === RelationType.Replace || kind === RelationType.Annotation || kind === RelationType.Reference;
}

/** The body to show, or null for what has no place in a conversation. */
export function bodyOf(room: Room, event: MatrixEvent): Body | null {
  if (event.isState()) return noticeOf(room, event);
  if (isRelation(event)) return null;
  if (event.isRedacted()) return SPOKEN.has(event.getType()) ? deleted(event) : null;
  if (event.isDecryptionFailure()) return { kind: "undecryptable", because: reasonOf(event) };
  if (event.isBeingDecrypted() || event.getType() === EventType.RoomMessageEncrypted) return { kind: "decrypting" };
  if (event.getType() !== EventType.RoomMessage) return null;
  return spoken(room, event);
}

function deleted(event: MatrixEvent): Body {
  const by: unknown = event.getUnsigned().redacted_because?.sender;
  return { kind: "deleted", byOther: typeof by === "string" && by !== event.getSender() };
}

function reasonOf(event: MatrixEvent): "no-key" | "before-joining" | "other" {
  const code = event.decryptionFailureReason;
  if (code === DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED) return "before-joining";
  return NO_KEY.has(code) ? "no-key" : "other";
}

function spoken(room: Room, event: MatrixEvent): Body | null {
  const content: Record<string, unknown> = event.getContent();
  const text = typeof content["body"] === "string" ? content["body"].slice(0, LONGEST_TEXT) : "";
  switch (content["msgtype"]) {
    case MsgType.Text:
    case MsgType.Notice:
    case MsgType.Emote:
      return spokenText(room, event.replyEventId ? withoutQuote(text) : text, content);
    case MsgType.Image: {
      const file = attachmentOf(content);
      const info = record(content["info"]);
      return file && { kind: "photo", file, width: size(info["w"]), height: size(info["h"]), caption: captionOf(content) };
    }
    case MsgType.File:
    case MsgType.Audio:
    case MsgType.Video: {
      const file = attachmentOf(content);
      return file ? { kind: "file", file, caption: captionOf(content) } : { kind: "unsupported" };
    }
    case "m.key.verification.request":
      return { kind: "notice", notice: { kind: "verification", who: nameIn(room, event.getSender()) } };
    default:
      return text ? { kind: "text", text, named: [] } : { kind: "unsupported" };
  }
}

function spokenText(room: Room, text: string, content: Record<string, unknown>): Body {
  const named = mentioned(content)
    .map((id) => nameIn(room, id))
    .filter((name) => text.includes(`@${name}`));
  return { kind: "text", text, named };
}

const MOST_MENTIONED = 50;

/** Whom a message names (`m.mentions`, specification, "User and room mentions"). */
export function mentioned(content: Record<string, unknown>): string[] {
  const ids = record(content["m.mentions"])["user_ids"];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string").slice(0, MOST_MENTIONED) : [];
}

/** Older clients repeat what they answer to, each line behind `>`. */
function withoutQuote(text: string): string {
  return text.replace(/^(?:>.*\n)+\n?/, "");
}

function attachmentOf(content: Record<string, unknown>): Attachment | null {
  const source = record(content["file"]);
  if (typeof source["url"] !== "string") return null;
  const info = record(content["info"]);
  const name = typeof content["filename"] === "string" ? content["filename"] : content["body"];
  return {
    name: cleanName(typeof name === "string" ? name : "", "…"),
    bytes: size(info["size"]),
    type: typeof info["mimetype"] === "string" ? info["mimetype"] : "",
    source,
    preview: typeof record(info["thumbnail_file"])["url"] === "string" ? info["thumbnail_file"] : null,
  };
}

function captionOf(content: Record<string, unknown>): string {
  const { body, filename } = content;
  return typeof body === "string" && typeof filename === "string" && body !== filename ? body.slice(0, LONGEST_TEXT) : "";
}

function noticeOf(room: Room, event: MatrixEvent): Body | null {
  const notice = event.getType() === EventType.RoomMember ? membershipOf(room, event) : otherState(room, event);
  return notice && { kind: "notice", notice };
}

function otherState(room: Room, event: MatrixEvent): Notice | null {
  const who = nameIn(room, event.getSender());
  if (event.getType() === EventType.RoomCreate) return { kind: "created", who };
  const title: unknown = event.getContent()["name"];
  if (event.getType() === EventType.RoomName && typeof title === "string" && title) return { kind: "titled", who, title: cleanName(title, "") };
  return null;
}

function membershipOf(room: Room, event: MatrixEvent): Notice | null {
  const before = event.getPrevContent()["membership"];
  const now = event.getContent()["membership"];
  if (before === now) return null;
  const whom = event.getStateKey() ?? "";
  const own = event.getSender() === whom;
  const creator = room.currentState.getStateEvents(EventType.RoomCreate, "")?.getSender();
  if (own && before === undefined && whom === creator) return null; // opening the chat is joining it
  const names = { who: nameIn(room, event.getSender()), whom: nameIn(room, whom) };
  switch (now) {
    case KnownMembership.Join:
      return { kind: "joined", who: names.whom };
    case KnownMembership.Invite:
      return { kind: "invited", ...names };
    case KnownMembership.Leave:
      if (!own) return { kind: "removed", ...names };
      return { kind: before === KnownMembership.Invite ? "declined" : "left", who: names.whom };
    case KnownMembership.Ban:
      return { kind: "removed", ...names };
    default:
      return null;
  }
}

export function nameIn(room: Room, id: string | undefined | null): string {
  return id ? shownName(id, room.getMember(id)?.rawDisplayName) : "?";
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function size(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
