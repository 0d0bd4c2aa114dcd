// The switch between light and dark; remembered on this device only.
type Theme = "light" | "dark";

function shown(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // It then lasts as long as the page.
  }
}

export function wireTheme(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const next: Theme = shown() === "dark" ? "light" : "dark";
      document.documentElement.dataset["theme"] = next;
      remember(next);
    });
  }
}
