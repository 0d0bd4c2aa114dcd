/**
 * Where the member is. Addresses stand behind `#`, so that no server and no log learns which chat or channel is open.
 */
import { computed, signal } from "@preact/signals";

export type Route =
  | { at: "start" }
  | { at: "join" }
  | { at: "sign-in" }
  | { at: "settings" }
  | { at: "new-chat" }
  | { at: "user"; name: string }
  | { at: "chat"; room: string }
  | { at: "chat-about"; room: string }
  | { at: "discover" }
  | { at: "new-channel" }
  | { at: "notices" }
  | { at: "statement"; id: string }
  | { at: "channel"; name: string }
  | { at: "channel-about"; name: string }
  | { at: "post"; name: string; post: string }
  | { at: "unknown" };

/** One row per screen: how its address begins, and what the rest of it means. */
const TABLE: readonly [RegExp, (found: string[]) => Route][] = [
  [/^$/, () => ({ at: "start" })],
  [/^join$/, () => ({ at: "join" })],
  [/^sign-in$/, () => ({ at: "sign-in" })],
  [/^settings$/, () => ({ at: "settings" })],
  [/^new$/, () => ({ at: "new-chat" })],
  [/^user\/([a-z0-9._=/+-]{1,200})$/, ([name = ""]) => ({ at: "user", name })],
  [/^chat\/(![^/]{1,255})$/, ([room = ""]) => ({ at: "chat", room })],
  [/^chat\/(![^/]{1,255})\/about$/, ([room = ""]) => ({ at: "chat-about", room })],
  [/^discover$/, () => ({ at: "discover" })],
  [/^new-channel$/, () => ({ at: "new-channel" })],
  [/^notices$/, () => ({ at: "notices" })],
  [/^notices\/(sor_[a-z0-9]{26})$/, ([id = ""]) => ({ at: "statement", id })],
  [/^c\/([a-z0-9_]{1,64})$/, ([name = ""]) => ({ at: "channel", name })],
  [/^c\/([a-z0-9_]{1,64})\/about$/, ([name = ""]) => ({ at: "channel-about", name })],
  [/^c\/([a-z0-9_]{1,64})\/([A-Za-z0-9_]{1,64})$/, ([name = "", post = ""]) => ({ at: "post", name, post })],
];

export function routeOf(hash: string): Route {
  const path = decoded(hash.replace(/^#?\/?/, ""));
  for (const [shape, make] of TABLE) {
    const found = shape.exec(path);
    if (found) return make(found.slice(1));
  }
  return { at: "unknown" };
}

/** The address of a screen, for `href`. */
export function href(route: Route): string {
  switch (route.at) {
    case "start":
    case "unknown":
      return "#/";
    case "join":
    case "sign-in":
    case "settings":
    case "discover":
    case "new-channel":
    case "notices":
      return `#/${route.at}`;
    case "new-chat":
      return "#/new";
    case "user":
      return `#/user/${route.name}`;
    case "chat":
      return `#/chat/${encodeURIComponent(route.room)}`;
    case "chat-about":
      return `#/chat/${encodeURIComponent(route.room)}/about`;
    case "statement":
      return `#/notices/${route.id}`;
    case "channel":
      return `#/c/${route.name}`;
    case "channel-about":
      return `#/c/${route.name}/about`;
    case "post":
      return `#/c/${route.name}/${route.post}`;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed(() => routeOf(hash.value));

export function go(to: Route): void {
  location.hash = href(to);
  hash.value = location.hash; // at once: a key pressed before the event comes is meant for the new screen
}

/** Like `go`, but the way back does not lead here again. */
export function replace(to: Route): void {
  history.replaceState(null, "", href(to));
  hash.value = location.hash;
}

let wanted: Route | null = null;

/** Where somebody wanted to go who must sign in first. */
export function remember(route: Route): void {
  wanted = route;
}

/** There, after signing in. The list is there a moment earlier: who opened something from it stays with that. */
export function continueThere(): void {
  const { at } = route.peek();
  if (at === "sign-in" || at === "join" || (at === "start" && wanted)) replace(wanted ?? { at: "start" });
  wanted = null;
}

/** What everybody may read, and so in any number of tabs. */
export const OPEN = new Set<Route["at"]>(["discover", "channel", "channel-about", "post"]);
