/** Telling of new messages while the messenger is open and not looked at. Off until chosen; silent about words unless chosen too. */
import { effect } from "@preact/signals";
import { chats, type Chat } from "../sealed";
import { notifications } from "../shell/preferences";
import { href } from "../shell/router";
import { t } from "../words/words";
import { lineOf, titleOf } from "./rows";

const ICON = "/app/icon-192.png";
const started = Date.now();
const before = new Map<string, { unread: number; mentions: number }>();

export function startNotifying(): void {
  effect(() => {
    for (const chat of chats.value) if (isNews(chat)) void tell(chat);
  });
}

/** Asks the browser, which asks the person; whether it may. */
export async function mayNotify(): Promise<boolean> {
  return "Notification" in window && (await Notification.requestPermission()) === "granted";
}

function isNews(chat: Chat): boolean {
  if (isBeingOpened(chat)) return false; // looked at again once it can be read
  const known = before.get(chat.id);
  before.set(chat.id, { unread: chat.unread, mentions: chat.mentions });
  if (chat.blocked || notifications.value === "off" || isLookedAt()) return false;
  if (!known) return chat.membership === "invite" && chat.at > started;
  return (chat.unread > known.unread && !chat.muted) || chat.mentions > known.mentions;
}

function isBeingOpened({ preview }: Chat): boolean {
  return preview.kind === "message" && preview.body.kind === "decrypting";
}

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

async function tell(chat: Chat): Promise<void> {
  const words = t().notify;
  const title = notifications.value === "content" ? titleOf(chat) : t().appName;
  const body = chat.membership === "invite" ? words.invitation : notifications.value === "content" && chat.preview.kind === "message" ? lineOf(chat.preview.body) : words.message;
  const worker = await navigator.serviceWorker.getRegistration();
  await worker
    ?.showNotification(title, { body, tag: chat.id, icon: ICON, data: { address: href({ at: "chat", room: chat.id }) } })
    .catch(() => undefined); // taken back in the browser's own settings
}
