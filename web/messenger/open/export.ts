/**
 * A Telegram export on its way from a folder on this device to the member's channel. What a message means is decided by
 * the server, as for `jaga import telegram`; this finds the files that belong to it and says how far it is.
 */
import * as api from "./api";
import type { Taken } from "./model";
import { upload } from "./uploading";

export interface Export {
  messages: readonly unknown[];
  /** By their paths below the export's folder. */
  files: ReadonlyMap<string, File>;
}

export interface Progress {
  done: number;
  all: number;
  counts: Readonly<Partial<Record<Taken["fate"], number>>>;
  missing: number;
  remarks: readonly Taken[];
}

/** The export among the files of a folder that was chosen; nothing when there is none. */
export async function foundExport(chosen: readonly File[]): Promise<Export | null> {
  const result = chosen.find((file) => file.name === "result.json" && file.webkitRelativePath.split("/").length === 2);
  if (!result) return null;
  const below = result.webkitRelativePath.slice(0, -"result.json".length);
  try {
    const document = JSON.parse(await result.text()) as { messages?: unknown };
    if (!Array.isArray(document.messages)) return null;
    return { messages: document.messages, files: new Map(chosen.map((file) => [file.webkitRelativePath.slice(below.length), file])) };
  } catch {
    return null;
  }
}

/** In order, each once: what the channel has already is passed over. Raises `Problem`. */
export async function takeOver(channel: string, given: Export, told: (progress: Progress) => void, stop: AbortSignal): Promise<void> {
  const known = new Set((await api.takenOver(channel)).numbers);
  let now: Progress = { done: 0, all: given.messages.length, counts: {}, missing: 0, remarks: [] };
  for (const message of given.messages) {
    if (stop.aborted) return;
    const before = known.has((message as { id: number } | null)?.id ?? NaN);
    const taken: Taken = before ? { number: 0, fate: "taken_over_before", about: "" } : await one(channel, message, given.files, stop);
    const missing = before ? 0 : paths(message).filter((path) => !given.files.has(path)).length;
    const counts = { ...now.counts, [taken.fate]: (now.counts[taken.fate] ?? 0) + 1 };
    const remarks = taken.about ? [...now.remarks, taken] : now.remarks;
    now = { ...now, done: now.done + 1, counts, missing: now.missing + missing, remarks };
    told(now);
  }
}

async function one(channel: string, message: unknown, files: ReadonlyMap<string, File>, stop: AbortSignal): Promise<Taken> {
  const media: Record<string, string> = {};
  for (const path of paths(message)) {
    const file = files.get(path);
    if (file) media[path] = (await patiently(() => upload(file, { sent: () => undefined, signal: stop }), stop)).id;
  }
  return patiently(() => api.takeOver(channel, message, media), stop);
}

/** Where the message's files lie in the export. */
function paths(message: unknown): string[] {
  const { photo, file } = (message ?? {}) as { photo?: unknown; file?: unknown };
  return [photo, file].filter((path): path is string => typeof path === "string" && path !== "");
}

/** Waits as long as the server asks for when it was too much at once, or could not check for a moment. */
async function patiently<T>(act: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const seconds = error instanceof api.Problem ? waitOf(error) : 0;
      if (seconds === 0) throw error;
      await new Promise<void>((later) => {
        setTimeout(later, seconds * 1_000);
        stop.addEventListener("abort", () => later(), { once: true });
      });
      if (stop.aborted) throw new api.Problem("cancelled", "");
    }
  }
}

function waitOf(problem: api.Problem): number {
  if (typeof problem.fields["seconds"] === "number") return Math.min(60, Math.max(1, problem.fields["seconds"]));
  return problem.fields["status"] === 503 ? 2 : 0;
}
