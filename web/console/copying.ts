// Copy buttons: shown only where copying is possible.
const SAID_FOR_MS = 2000;

export function wireCopying(): void {
  if (!("clipboard" in navigator)) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const label = button.querySelector<HTMLElement>("[data-said]");
  const before = label?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
  } catch {
    return;
  }
  if (!label) return;
  label.textContent = label.dataset["said"] ?? before;
  label.setAttribute("role", "status");
  setTimeout(() => {
    label.textContent = before;
  }, SAID_FOR_MS);
}
