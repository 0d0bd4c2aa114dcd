// The desk by keyboard: J and K walk the queue, digits choose a ground, Enter proposes and then confirms, B asks for the
// evidence. Nothing is done that a form on the page would not do.
const CONFIRM_AFTER_MS = 500;
const shownAt = performance.now();

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

function walk(step: number): void {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>("[data-queue] a[data-case]")];
  const at = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  rows[at < 0 ? 0 : at + step]?.click();
}

function choose(digit: string): void {
  const choice = document.querySelector<HTMLInputElement>(`[data-decision] input[data-key="${digit}"]`);
  choice?.focus();
  choice?.click();
}

/** A key held down from the page before must not confirm: it counts only as a press of its own, a moment later. */
function enter(event: KeyboardEvent): boolean {
  const confirm = document.querySelector<HTMLFormElement>("[data-confirm]");
  if (confirm) {
    if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement) return false;
    const ready = !event.repeat && performance.now() - shownAt > CONFIRM_AFTER_MS;
    if (ready) confirm.requestSubmit(confirm.querySelector<HTMLButtonElement>("button"));
    return true;
  }
  const decision = document.querySelector<HTMLFormElement>("[data-decision]");
  if (!decision || !(event.target instanceof HTMLInputElement)) return false;
  decision.requestSubmit();
  return true;
}

export function wireDeskKeys(): void {
  if (!document.querySelector("[data-desk]")) return;
  document.querySelector("[data-queue] [aria-current]")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      document.querySelector<HTMLFormElement>("[data-decision]")?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "enter") {
      if (enter(event)) event.preventDefault();
      return;
    }
    if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
    else if (/^\d$/.test(key)) choose(key);
    else if (key === "b") document.querySelector<HTMLElement>("[data-evidence-purpose]")?.focus();
    else return;
    event.preventDefault();
  });
}
