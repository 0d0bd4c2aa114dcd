/** Which messages of sealed chats are told of while the messenger is not looked at. */
import { effect } from "@preact/signals";
import { chats, type Chat } from "../sealed";
import { isWanted, tell } from "../shell/notifying";
import { href } from "../shell/router";
import { t } from "../words/words";
import { lineOf, titleOf } from "./rows";

const started = Date.now();
const before = new Map<string, Pick<Chat, "at" | "mentions" | "unreadMore">>();

export function startNotifying(): void {
  effect(() => {
    for (const chat of chats.value) if (isNews(chat)) void tell(newsOf(chat));
  });
}

function isNews(chat: Chat): boolean {
  if (isBeingOpened(chat)) return false; // looked at again once it can be read
  const known = before.get(chat.id);
  before.set(chat.id, chat);
  if (chat.blocked || !isWanted()) return false;
  if (!known) return chat.membership === "invite" && chat.at > started;
  // What is only counted later, after a long absence, is no news.
  return (chat.unread > 0 && chat.at > known.at && !chat.muted) || (chat.mentions > known.mentions && !known.unreadMore);
}

function isBeingOpened({ preview }: Chat): boolean {
  return preview.kind === "message" && preview.body.kind === "decrypting";
}

function newsOf(chat: Chat) {
  const instead = chat.membership === "invite" ? t().notify.invitation : t().notify.message;
  const text = chat.membership !== "invite" && chat.preview.kind === "message" ? lineOf(chat.preview.body) : instead;
  return { tag: chat.id, title: titleOf(chat), text, instead, href: href({ at: "chat", room: chat.id }) };
}
