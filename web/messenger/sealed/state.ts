/** The sealed side's state as signals. Only this folder writes them; screens read. */
import { signal } from "@preact/signals";
import type { Chat, Connection, Recovery, Session, Text, Upload, Verification } from "./model";

export const session = signal<Session>({ state: "starting" });
export const connection = signal<Connection>("online");
export const recovery = signal<Recovery>("unknown");
export const chats = signal<readonly Chat[]>([]);
export const uploads = signal<readonly Upload[]>([]);
/** Grows whenever somebody's keys changed, or what is known of them: to ask the library about them costs a look into its store. */
export const identities = signal(0);
export const verification = signal<Verification>({ state: "none" });
/** What just went wrong, where no form or message shows it. */
export const mishap = signal<Text | null>(null);
/** Of one message, in characters. What is longer is neither sent nor shown whole. */
export const LONGEST_TEXT = 20_000;
