/** What was typed for everybody and not sent yet, by channel or by the post it comments on: on this device, for who typed it. */
import { computed, effect, signal } from "@preact/signals";
import { session } from "../sealed";
import type { Mark } from "./marks";

export interface Kept {
  text: string;
  marks: Mark[];
}

interface Typed {
  by: string;
  texts: Readonly<Record<string, Kept>>;
}

const KEY = "jaga.open.drafts";
const NOTHING: Kept = { text: "", marks: [] };
const typed = signal<Typed>(stored());

export const drafts = computed(() => typed.value.texts);
export const draftOf = (name: string): Kept => drafts.peek()[name] ?? NOTHING;

export function keepDraft(name: string, kept: Kept): void {
  const now = session.peek();
  const { [name]: _, ...others } = drafts.peek();
  typed.value = { by: now.state === "ready" ? now.me.id : "", texts: kept.text.trim() ? { ...others, [name]: kept } : others };
  try {
    localStorage.setItem(KEY, JSON.stringify(typed.value));
  } catch {
    // No room left: the draft lives as long as the page.
  }
}

/** Whoever signs out leaves no words behind, nor does somebody whose session ended show them to the next person here. */
export function startDrafts(): void {
  effect(() => {
    const now = session.value;
    const signedOut = now.state === "signed-out" && !now.problem;
    if (signedOut || (now.state === "ready" && now.me.id !== typed.peek().by)) forget();
  });
}

function forget(): void {
  typed.value = { by: "", texts: {} };
  localStorage.removeItem(KEY);
}

function stored(): Typed {
  try {
    const { by, texts } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Typed>;
    const whole = Object.entries(texts ?? {}).filter(([, kept]) => typeof kept.text === "string" && Array.isArray(kept.marks));
    return { by: String(by), texts: Object.fromEntries(whole) };
  } catch {
    return { by: "", texts: {} };
  }
}
