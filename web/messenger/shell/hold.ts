/** What keeps a long conversation or channel still while it is read: its end stays in sight, or the line that one reads. */
import type { Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

export type Place = { readonly current: HTMLElement | null };

/** Pixels before an edge at which more is asked for. */
export const NEAR = 400;
const AT_END = 80;

export const isAtEnd = (flow: HTMLElement): boolean => flow.scrollHeight - flow.scrollTop - flow.clientHeight < AT_END;

/** What is being read, a child with `data-key`, stays where it is, whatever comes or goes above it. Returns what remembers it. */
export function useHold(place: Place, atEnd: Signal<boolean>): () => void {
  const held = useRef({ key: "", top: 0 });
  const remember = () => {
    const flow = place.current;
    const top = flow?.getBoundingClientRect().top ?? 0;
    const line = flow && firstInSight(flow, top);
    if (line) held.current = { key: line.dataset["key"] ?? "", top: line.getBoundingClientRect().top - top };
  };
  useLayoutEffect(() => {
    const flow = place.current;
    if (!flow) return;
    const line = atEnd.value ? null : lineWith(flow, held.current.key);
    if (atEnd.value) flow.scrollTop = flow.scrollHeight;
    else if (line) flow.scrollTop += line.getBoundingClientRect().top - flow.getBoundingClientRect().top - held.current.top;
    remember();
  });
  return remember;
}

/** A phone's keyboard, a longer text to send, a picture that comes late: what takes room leaves the newest in sight. */
export function useRoom(place: Place, atEnd: Signal<boolean>): void {
  useEffect(() => {
    const flow = place.current;
    if (!flow) return;
    const watch = new ResizeObserver(() => atEnd.value && (flow.scrollTop = flow.scrollHeight));
    watch.observe(flow);
    if (flow.firstElementChild) watch.observe(flow.firstElementChild);
    return () => watch.disconnect();
  }, []);
}

function firstInSight(flow: HTMLElement, top: number): HTMLElement | null {
  const lines = flow.querySelectorAll<HTMLElement>("[data-key]");
  let from = 0;
  let to = lines.length - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((lines[middle]?.getBoundingClientRect().bottom ?? 0) > top) to = middle;
    else from = middle + 1;
  }
  return lines[from] ?? null;
}

function lineWith(flow: HTMLElement, key: string): HTMLElement | null {
  return key === "" ? null : flow.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}
