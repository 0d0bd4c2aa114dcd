/** Where the keyboard is after a change of screen: on what was opened, and on the way back on where one came from. */
import { useEffect, useRef } from "preact/hooks";
import { go, href, route, type Route } from "./router";

const ROWS = ".list .rows .row";

/** To be called by what holds the list and the screen. */
export function useFocusFollows(): void {
  const here = route.value;
  const before = useRef(here);
  useEffect(() => {
    const from = before.current;
    before.current = here;
    if (from === here) return;
    const pane = document.querySelector<HTMLElement>(".pane");
    if (here.at === "start" && rowOf(from)) rowOf(from)?.focus();
    else if (here.at !== "start" && pane && !pane.contains(document.activeElement)) {
      pane.tabIndex = -1;
      (pane.querySelector<HTMLElement>(".flow") ?? pane).focus({ preventScroll: true });
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
    requestAnimationFrame(() => requestAnimationFrame(() => field()?.focus()));
  }
}

function rowOf(at: Route): HTMLElement | undefined {
  const address = "room" in at ? href({ at: "chat", room: at.room }) : at.at === "channel-about" || at.at === "post" ? href({ at: "channel", name: at.name }) : href(at);
  return [...document.querySelectorAll<HTMLElement>(ROWS)].find((row) => row.getAttribute("href") === address);
}
