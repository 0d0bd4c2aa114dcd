/**
 * The last look at what goes to the server: words that are not encrypted stay here. The library sends in clear where it
 * does not know a room, or knows none as sealed (43.0.0, `encryptStateEventIfNeeded`), for instance when the sync is
 * slow, or a server hides that a room is sealed. What the guard would refuse on its side has been read there by then.
 */
import type { Text } from "./model";

/** Encrypted, or nothing that anybody wrote (`jaga.sealed.rules`). */
const SENT = new Set(["m.room.encrypted", "m.reaction", "m.room.redaction"]);
const WRITTEN = new Set(["m.room.name", "m.room.topic", "m.room.avatar", "m.room.pinned_events"]);
const ASKS_TO_COMPARE = "m.key.verification.request";

const NOT_SEALED: Text = {
  id: "Tidak terkirim: obrolan ini belum dikenal tersegel di perangkat ini. Coba lagi sebentar lagi.",
  en: "Not sent: this chat is not known to be sealed on this device yet. Try again in a moment.",
};

/** Whether a request says something in clear that only members may read. */
export function saysInClear(method: string, path: string, body: unknown): boolean {
  const [, act, encoded] = /\/rooms\/[^/]+\/(send|state)\/([^/]+)/.exec(path) ?? [];
  if (method !== "PUT" || encoded === undefined) return false;
  const type = decodeURIComponent(encoded);
  if (act === "state") return WRITTEN.has(type);
  if (SENT.has(type) || type.startsWith("m.key.verification.")) return false;
  return type !== "m.room.message" || typeof body !== "string" || msgtypeOf(body) !== ASKS_TO_COMPARE;
}

function msgtypeOf(body: string): unknown {
  return (JSON.parse(body) as { msgtype?: unknown }).msgtype;
}

/** `fetch`, which answers such a request itself, as the server would. */
export const sealedFetch: typeof fetch = async (asked, given) => {
  const { pathname } = new URL(asked instanceof Request ? asked.url : asked, location.origin);
  if (!saysInClear(given?.method ?? "GET", pathname, given?.body)) return fetch(asked, given);
  return Response.json({ errcode: "ORG.JAGA.NOT_SEALED", error: NOT_SEALED.en, "org.jaga.text": NOT_SEALED }, { status: 403 });
};
