/** Files that go out with a post: what they are, how far each one is, and the way to stop. */
import { signal, type Signal } from "@preact/signals";
import { X } from "lucide";
import type { Draft } from "../open/api";
import type { Media } from "../open/model";
import { upload } from "../open/uploading";
import { Icon } from "../shell/icon";
import { w } from "./words";

export interface Attached {
  key: string;
  file: File;
  /** Between 0 and 1; below 0 before it began. */
  sent: Signal<number>;
  /** Its id on the server, once it is there. */
  id: string;
}

/** What one post carries at most. */
export const MOST_FILES = 10;

export const attached = (file: File): Attached => ({ key: crypto.randomUUID(), file, sent: signal(-1), id: "" });

/** One after another, so that the first is there soon; what was uploaded before stays. Raises `Problem`. */
export async function uploaded(files: readonly Attached[], stop: AbortSignal): Promise<NonNullable<Draft["media"]>> {
  for (const one of files) {
    if (one.id) continue;
    one.sent.value = 0;
    try {
      one.id = (await upload(one.file, { sent: (part) => (one.sent.value = part), signal: stop })).id;
      one.sent.value = 1;
    } catch (error) {
      one.sent.value = -1;
      throw error;
    }
  }
  return files.map((one) => ({ id: one.id, file_name: one.file.name }));
}

export function Attachments({ kept, leave, files, remove }: {
  kept: readonly Media[];
  leave: (one: Media) => void;
  files: readonly Attached[];
  remove: (one: Attached) => void;
}) {
  if (kept.length + files.length === 0) return null;
  return (
    <ul class="chips writing">
      {kept.map((one) => (
        <li key={one.id}>
          <span>{one.file_name || one.mime}</span>
          <button type="button" aria-label={`${w().remove} ${one.file_name || one.mime}`} onClick={() => leave(one)}>
            <Icon of={X} />
          </button>
        </li>
      ))}
      {files.map((one) => (
        <li key={one.key}>
          <span>{one.file.name}</span>
          {one.sent.value >= 0 && <progress max={1} value={one.sent.value} aria-label={w().uploading(one.file.name)} />}
          <button type="button" aria-label={`${w().remove} ${one.file.name}`} onClick={() => remove(one)}>
            <Icon of={X} />
          </button>
        </li>
      ))}
    </ul>
  );
}
