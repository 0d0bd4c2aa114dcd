/** Language, theme and text size: kept in this browser alone. */
import { effect, signal } from "@preact/signals";

export const LANGUAGES = ["id", "en"] as const;
export const THEMES = ["system", "light", "dark"] as const;
export const SIZES = ["small", "normal", "large", "huge"] as const;
/** Off; only that something came; with name and words. */
export const NOTIFICATIONS = ["off", "quiet", "content"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = (typeof THEMES)[number];
export type Size = (typeof SIZES)[number];

/** A choice among `allowed` that outlives the page. Where storage is closed to us it lives as long as the page. */
function kept<T extends string>(name: string, allowed: readonly T[], otherwise: T) {
  const stored = read(name);
  const choice = signal<T>(allowed.find((value) => value === stored) ?? otherwise);
  return Object.assign(choice, {
    choose(value: T) {
      choice.value = value;
      try {
        localStorage.setItem(`jaga.${name}`, value);
      } catch {
        // Full or forbidden: the choice holds for this page.
      }
    },
  });
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`jaga.${name}`);
  } catch {
    return null;
  }
}

function spoken(): Language {
  for (const tag of navigator.languages) {
    const known = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (known) return known;
  }
  return "id";
}

export const language = kept<Language>("language", LANGUAGES, spoken());
export const theme = kept<Theme>("theme", THEMES, "system");
export const textSize = kept<Size>("text-size", SIZES, "normal");

export const notifications = kept("notifications", NOTIFICATIONS, "off");

/** Keeps the page's root element as chosen. */
export function applyPreferences(): void {
  const root = document.documentElement;
  effect(() => {
    root.lang = language.value;
    root.dataset["size"] = textSize.value;
    if (theme.value === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme.value;
  });
}
