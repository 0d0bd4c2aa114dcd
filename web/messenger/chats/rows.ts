/** The sealed chats as rows of the one list. */
import { computed } from "@preact/signals";
import { NotebookPen } from "lucide";
import { chats, unmarked, type Body, type Chat, type Preview } from "../sealed";
import { href } from "../shell/router";
import type { Row } from "../shell/rows";
import { t } from "../words/words";
import { drafts } from "./drafts";

export const sealedRows = computed<readonly Row[]>(() => chats.value.map(rowOf));

function rowOf(chat: Chat): Row {
  const invitation = chat.membership === "invite";
  const draft = drafts.value[chat.id];
  return {
    key: chat.id,
    seed: seedOf(chat),
    world: "sealed",
    title: titleOf(chat),
    picture: chat.picture ?? undefined,
    emblem: chat.kind === "notes" ? NotebookPen : undefined,
    preview: chat.typing.length > 0 ? typingLine(chat.typing) : previewLine(chat.preview),
    draft: draft ? t().chat.draft(draft) : undefined,
    at: chat.at,
    unread: chat.blocked ? 0 : chat.unread,
    unreadMore: chat.unreadMore,
    mentions: chat.blocked ? 0 : chat.mentions,
    muted: chat.muted,
    pinned: chat.pinned,
    invitation,
    href: href({ at: "chat", room: chat.id }),
  };
}

/** Somebody has the same color wherever they are shown. */
export function seedOf(chat: Chat): string {
  return chat.peer?.id ?? chat.id;
}

/** A group's name is hidden until its invitation is accepted. */
export function titleOf(chat: Chat): string {
  if (chat.kind === "notes") return t().chat.notes;
  if (chat.membership === "invite" && chat.invitedBy) return chat.invitedBy.name;
  return chat.title || t().chat.group;
}

export function typingLine(names: readonly string[]): string {
  return names.length === 1 && names[0] ? t().chat.typingOne(names[0]) : t().chat.typingMany;
}

function previewLine(preview: Preview): string {
  if (preview.kind === "none") return "";
  if (preview.kind === "invitation") return t().chat.invitedYou;
  const said = lineOf(preview.body);
  if (preview.from === null) return said;
  return `${preview.from === "" ? t().chat.you : preview.from}: ${said}`;
}

/** A body in one line, for lists and quotes. */
export function lineOf(body: Body): string {
  const words = t().chat;
  switch (body.kind) {
    case "text":
      return unmarked(body.text);
    case "photo":
      return body.caption || words.photo;
    case "file":
      return body.file.name;
    case "deleted":
      return words.deleted;
    case "undecryptable":
      return body.because === "no-key" ? words.locked : body.because === "before-joining" ? words.beforeJoining : words.unreadable;
    case "decrypting":
      return words.decrypting;
    case "unsupported":
      return words.unsupported;
    case "notice":
      return noticeLine(body.notice);
  }
}

export function noticeLine(notice: Extract<Body, { kind: "notice" }>["notice"]): string {
  const words = t().chat.notices;
  switch (notice.kind) {
    case "invited":
    case "removed":
      return words[notice.kind](notice.who, notice.whom);
    case "titled":
      return words.titled(notice.who, notice.title);
    default:
      return words[notice.kind](notice.who);
  }
}
