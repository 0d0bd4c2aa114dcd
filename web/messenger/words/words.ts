/** The words of the screen in the chosen language: `t().shell.search`. Reading them subscribes a component to the choice. */
import { computed } from "@preact/signals";
import { language, type Language } from "../shell/preferences";
import { en } from "./en";
import { id } from "./id";

type Widened<T> = T extends string ? string : T extends readonly string[] ? readonly string[] : T extends (...given: never[]) => unknown ? T : { [K in keyof T]: Widened<T[K]> };
export type Words = Widened<typeof en>;

const dictionaries: Record<Language, Words> = { id, en };
const chosen = computed(() => dictionaries[language.value]);

export function t(): Words {
  return chosen.value;
}
