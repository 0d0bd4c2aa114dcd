/** A small menu at its button: the first choice has the focus, arrows move it, Escape and a press elsewhere close it. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const MARGIN = 8;

export function usePopup(close: () => void): { ref: RefObject<HTMLDivElement | null>; onKeyDown: (event: KeyboardEvent) => void } {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const refit = () => place.current && fit(place.current);
    refit();
    place.current?.querySelector<HTMLElement>(":scope > button")?.focus();
    const outside = (event: Event) => {
      if (!place.current?.parentElement?.contains(event.target as Node)) close();
    };
    addEventListener("pointerdown", outside);
    addEventListener("resize", refit);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("resize", refit);
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else walk(event, place.current);
  };
  return { ref: place, onKeyDown };
}

/** The right button, or a long press, on something opens its menu; on a link it stays the browser's own. */
export function openByPress(event: MouseEvent & { currentTarget: Element }): void {
  const trigger = event.currentTarget.querySelector<HTMLElement>("[aria-expanded]");
  const chosenWords = getSelection()?.isCollapsed === false;
  if (!trigger || chosenWords || (event.target as Element).closest("a, video, dialog, .menu")) return;
  event.preventDefault();
  trigger.click();
}

/** Moves a menu that would reach beyond the conversation or the window back inside. */
function fit(menu: HTMLElement): void {
  menu.classList.remove("below");
  menu.style.translate = "";
  const { top, left, right } = menu.getBoundingClientRect();
  menu.classList.toggle("below", top < (menu.closest(".flow")?.getBoundingClientRect().top ?? 0));
  menu.style.translate = `${Math.max(0, MARGIN - left) - Math.max(0, right + MARGIN - innerWidth)}px 0`;
}

function walk(event: KeyboardEvent, menu: HTMLElement | null): void {
  const step = event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : event.key === "ArrowUp" || event.key === "ArrowLeft" ? -1 : 0;
  if (!menu || step === 0) return;
  event.preventDefault();
  const buttons = [...menu.querySelectorAll<HTMLElement>("button")];
  const now = buttons.indexOf(document.activeElement as HTMLElement);
  buttons[(now + step + buttons.length) % buttons.length]?.focus();
}
