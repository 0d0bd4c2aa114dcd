// The desk by keyboard: J and K walk the queue, digits choose, Enter proposes, B asks for the evidence.
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

function walk(step: number): void {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>("[data-queue] a[data-case]")];
  const at = rows.findIndex((row) => row.getAttribute("aria-current") === "true" || row === document.activeElement);
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
  if (next && at >= 0 && rows[at] === next) return;
  next?.click();
}

function choose(digit: string): void {
  const choice = document.querySelector<HTMLInputElement>(`[data-decision] input[data-key="${digit}"]`);
  if (!choice) return;
  choice.focus();
  choice.click();
}

function propose(): void {
  document.querySelector<HTMLFormElement>("[data-decision]")?.requestSubmit();
}

export function wireDeskKeys(): void {
  if (!document.querySelector("[data-desk]")) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
    else if (/^\d$/.test(key)) choose(key);
    else if (key === "b") document.querySelector<HTMLElement>("[data-evidence-purpose]")?.focus();
    else if (key === "enter" && event.target instanceof HTMLInputElement) propose();
    else return;
    event.preventDefault();
  });
}
