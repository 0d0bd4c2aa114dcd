/**
 * No key leaves that this browser could not write down as sent. After a reload the ratchet would stand where it stood
 * before, and the next key would go out under the same step: whoever receives both opens the first alone, and with it
 * none of the messages that came after (Olm, one message key for each message).
 */
import { sealedFetch } from "./leaving";
import { storageFull } from "./problems";
import { isFull } from "./storage";

const KEYS = /\/sendToDevice\/m\.room\.encrypted\//;

/** `fetch`, which answers such a request itself while the browser is full; the library tries again by itself. */
export const recordedFetch: typeof fetch = async (asked, given) => {
  const address = asked instanceof Request ? asked.url : String(asked);
  if (given?.method !== "PUT" || !KEYS.test(address) || !(await isFull())) return sealedFetch(asked, given);
  return Response.json({ errcode: "ORG.JAGA.STORE_FULL", error: storageFull.en, "org.jaga.text": storageFull }, { status: 507 });
};
