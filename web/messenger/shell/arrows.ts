/** Arrow keys among things that stand below each other, so that the Tab key passes a whole list in one step. */

const OWN_ARROWS = "textarea, select, input:not([type=search]), video, .menu";

/** Moves the focus one further among what `selector` finds in `place`; at an end the key keeps its usual meaning. */
export function step(event: KeyboardEvent, place: HTMLElement | null, selector: string): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const target = event.target as Element;
  if (!place || by === 0 || event.ctrlKey || event.metaKey || target.closest(OWN_ARROWS)) return;
  const all = [...place.querySelectorAll<HTMLElement>(selector)];
  const now = all.findIndex((one) => one.contains(target));
  const next = now < 0 ? entrance(all, place, by) : all[now + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** From outside: down to the first, up to the last that begins within sight. */
function entrance(all: readonly HTMLElement[], place: HTMLElement, by: number): HTMLElement | undefined {
  const { top, bottom } = place.getBoundingClientRect();
  const begin = (one: HTMLElement) => one.getBoundingClientRect().top;
  return by > 0 ? all.find((one) => begin(one) >= top) : all.findLast((one) => begin(one) < bottom);
}

/** Keys for what is written below each other: arrows go from one to the next, Enter opens its menu, Escape leads back to where one writes. */
export function throughFlow(event: KeyboardEvent, place: HTMLElement | null, selector: string): void {
  const target = event.target as HTMLElement;
  if (target.closest("dialog")) return;
  if (event.key === "Enter" && target.matches(selector)) {
    event.preventDefault();
    target.querySelector<HTMLElement>("[aria-expanded]")?.click();
  } else if (event.key === "Escape" && !target.closest(".menu")) {
    place?.closest(".pane")?.querySelector<HTMLElement>(".composer textarea")?.focus();
  } else step(event, place, selector);
}
