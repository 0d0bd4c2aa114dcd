// Keeps the time left and its bar going; the server wrote both as they were at loading.
const UNITS: Record<string, readonly [string, string, string, string]> = {
  id: ["hari", "jam", "mnt", "dtk"],
  en: ["d", "h", "min", "s"],
};
const SHORT = 25;
const HALF = 55;

/** The two largest units that matter, as `jaga.web.words.span` writes them. */
export function span(milliseconds: number, language: string): string {
  const units = UNITS[language] ?? UNITS["en"]!;
  const total = Math.floor(Math.abs(milliseconds) / 1000);
  const days = total >= 2 * 86400 ? Math.floor(total / 86400) : 0;
  const parts = [days, Math.floor(total / 3600) - days * 24, Math.floor(total / 60) % 60, total % 60];
  const first = Math.max(0, parts.findIndex((count) => count > 0));
  const shown = total === 0
    ? [`0 ${units[3]}`]
    : parts.slice(first, first + 2).flatMap((count, at) => (count > 0 ? [`${count} ${units[first + at]!}`] : []));
  return (milliseconds < 0 ? "−" : "") + shown.join(" ");
}

function show(clock: HTMLElement, now: number, language: string): void {
  const started = Date.parse(clock.dataset["started"] ?? "");
  const due = Date.parse(clock.dataset["due"] ?? "");
  if (Number.isNaN(started) || Number.isNaN(due)) return;
  const rest = Math.min(100, Math.max(0, Math.round(((due - now) / (due - started)) * 100)));
  const left = clock.querySelector<HTMLElement>("[data-left]");
  if (left) {
    left.textContent = span(due - now, language);
    left.classList.toggle("short", rest <= SHORT);
  }
  const bar = clock.querySelector<SVGElement>(".bar");
  bar?.classList.toggle("short", rest <= SHORT);
  bar?.classList.toggle("half", rest > SHORT && rest <= HALF);
  bar?.querySelector("rect")?.setAttribute("width", `${rest}%`);
}

export function keepClocks(): void {
  const clocks = document.querySelectorAll<HTMLElement>("[data-clock]");
  if (clocks.length === 0) return;
  const language = document.documentElement.lang;
  const tick = (): void => {
    const now = Date.now();
    for (const clock of clocks) show(clock, now, language);
  };
  tick();
  setInterval(tick, 1000);
}
