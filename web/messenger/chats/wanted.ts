import { signal } from "@preact/signals";

/** The message that a quote leads to; the conversation goes there, and forgets it. */
export const wanted = signal<string | null>(null);
