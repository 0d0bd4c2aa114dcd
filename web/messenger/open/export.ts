/**
 * A Telegram export on its way from a folder on this device to the member's channel. What a message means is decided by
 * the server, as for `jaga import telegram`; this finds the files that belong to it and says how far it is.
 */
import * as api from "./api";
import type { Taken } from "./model";
import { upload } from "./uploading";
import { Zip } from "./zip";

export interface Export {
  messages: readonly unknown[];
  /** The file at a path below the export's folder; null when it is not there. */
  file: (path: string) => Promise<File | null>;
}

export interface Progress {
  done: number;
  all: number;
  counts: Readonly<Partial<Record<Taken["fate"], number>>>;
  missing: number;
  remarks: readonly Taken[];
}

/** The export among the files of a folder that was chosen, or in a ZIP of it; nothing when there is none. */
export async function foundExport(chosen: readonly File[]): Promise<Export | null> {
  const [first] = chosen;
  return chosen.length === 1 && first?.name.toLowerCase().endsWith(".zip") ? inZip(first) : inFolder(chosen);
}

async function inZip(archive: File): Promise<Export | null> {
  try {
    const zip = await Zip.open(archive);
    const result = zip.names().find((name) => /^([^/]+\/)?result\.json$/.test(name));
    const messages = result === undefined ? null : messagesOf(await (await zip.file(result))?.text());
    const below = result?.slice(0, -"result.json".length) ?? "";
    return messages && { messages, file: (path) => zip.file(below + path).catch(() => null) };
  } catch {
    return null;
  }
}

async function inFolder(chosen: readonly File[]): Promise<Export | null> {
  const result = chosen.find((file) => file.name === "result.json" && file.webkitRelativePath.split("/").length === 2);
  if (!result) return null;
  const below = result.webkitRelativePath.slice(0, -"result.json".length);
  const messages = messagesOf(await result.text());
  const files = new Map(chosen.map((file) => [file.webkitRelativePath.slice(below.length), file]));
  return messages && { messages, file: (path) => Promise.resolve(files.get(path) ?? null) };
}

function messagesOf(text: string | undefined): unknown[] | null {
  try {
    const document = JSON.parse(text ?? "") as { messages?: unknown };
    return Array.isArray(document.messages) ? document.messages : null;
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
    const files = before ? new Map<string, File>() : await filesOf(message, given);
    const taken: Taken = before ? { number: 0, fate: "taken_over_before", about: "" } : await one(channel, message, files, stop);
    const missing = before ? 0 : paths(message).filter((path) => !files.has(path)).length;
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

async function filesOf(message: unknown, { file }: Export): Promise<Map<string, File>> {
  const found = new Map<string, File>();
  for (const path of paths(message)) {
    const there = await file(path);
    if (there) found.set(path, there);
  }
  return found;
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
