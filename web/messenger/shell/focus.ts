/** Where the keyboard is after a change of screen: on what was opened, and on the way back on where one came from. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { go, href, route, type Route } from "./router";

const ROWS = ".list .rows .row";
/** The address at which the person focused something last. What they reached since the change of screen, they keep. */
let reachedAt: string | null = null;
addEventListener("focusin", () => (reachedAt = location.hash));

/** Takes the keyboard along, unless the person was quicker and is somewhere already. */
export function lead(to: HTMLElement | null | undefined): void {
  if (!to || (reachedAt === location.hash && document.activeElement !== document.body)) return;
  to.focus({ preventScroll: true });
  reachedAt = null; // this was our choice
}

/** To be called by what holds the list and the screen. */
export function useFocusFollows(): void {
  const here = route.value;
  const before = useRef(here);
  // Before the new screen is painted: whoever sees it and presses a key starts from there.
  useLayoutEffect(() => {
    const from = before.current;
    before.current = here;
    if (from === here) return;
    const pane = document.querySelector<HTMLElement>(".pane");
    if (here.at === "start") lead(rowOf(from));
    else if (pane && !pane.contains(document.activeElement)) {
      pane.tabIndex = -1;
      lead(pane.querySelector<HTMLElement>(".flow") ?? pane);
    }
  }, [here]);
}

/** Back to the row of what is open; on a phone, where the list has no room beside it, to the list. */
export function toList(): void {
  const row = rowOf(route.value);
  if (row?.checkVisibility()) row.focus();
  else go({ at: "start" });
}

/** The search field of the list, wherever one is. */
export function toSearch(): void {
  const field = () => document.querySelector<HTMLElement>(".list input[type=search]");
  if (field()?.checkVisibility()) field()?.focus();
  else {
    go({ at: "start" });
    queueMicrotask(() => field()?.focus()); // the list is drawn by then
  }
}

function rowOf(at: Route): HTMLElement | undefined {
  const address = "room" in at ? href({ at: "chat", room: at.room }) : at.at === "channel-about" || at.at === "post" ? href({ at: "channel", name: at.name }) : href(at);
  return [...document.querySelectorAll<HTMLElement>(ROWS)].find((row) => row.getAttribute("href") === address);
}
