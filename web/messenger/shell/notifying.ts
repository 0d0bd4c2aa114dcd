/** Telling of something new while the messenger is open and not looked at. Off until chosen; silent about words unless chosen too. */
import { notifications } from "./preferences";
import { t } from "../words/words";

const ICON = "/app/icon-192.png";

export interface News {
  /** One conversation's later news takes the place of its earlier. */
  tag: string;
  /** Shown only to those who chose to see names and texts. */
  title: string;
  text: string;
  /** Shown to the others. */
  instead: string;
  href: string;
}

/** Asks the browser, which asks the person; whether it may. */
export async function mayNotify(): Promise<boolean> {
  return "Notification" in window && (await Notification.requestPermission()) === "granted";
}

/** Whether the person wants to be told, and does not see it anyway. */
export function isWanted(): boolean {
  const lookedAt = document.visibilityState === "visible" && document.hasFocus();
  return notifications.value !== "off" && !lookedAt;
}

export async function tell({ tag, title, text, instead, href }: News): Promise<void> {
  const open = notifications.value === "content";
  const worker = await navigator.serviceWorker.getRegistration();
  await worker
    ?.showNotification(open ? title : t().appName, { body: open ? text : instead, tag, icon: ICON, data: { address: href } })
    .catch(() => undefined); // taken back in the browser's own settings
}
