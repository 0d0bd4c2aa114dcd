/** Files on their way to the open side. `fetch` tells nothing of how far an upload is, so this asks the older way. */
import { language } from "../shell/preferences";
import { Problem, withSession } from "./api";
import type { Uploaded } from "./model";

export interface Upload {
  /** Between 0 and 1. */
  sent: (part: number) => void;
  signal: AbortSignal;
}

/** Raises `Problem`; `cancelled` when the signal said so. */
export function upload(file: Blob, { sent, signal }: Upload): Promise<Uploaded> {
  return withSession((token) => send(file, token, sent, signal));
}

function send(file: Blob, token: string, sent: Upload["sent"], signal: AbortSignal): Promise<Uploaded> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    if (signal.aborted) return failed(new Problem("cancelled", ""));
    signal.addEventListener("abort", stop, { once: true });
    request.open("POST", "/api/v1/media");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", language.value);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => sent(event.total > 0 ? event.loaded / event.total : 0);
    request.onabort = () => failed(new Problem("cancelled", ""));
    request.onerror = () => failed(new Problem("offline", ""));
    request.onload = () => {
      signal.removeEventListener("abort", stop);
      const body = (request.response ?? {}) as Record<string, unknown>;
      if (request.status === 201) done(body as unknown as Uploaded);
      else failed(new Problem(String(body["code"] ?? request.status), String(body["detail"] ?? ""), body));
    };
    request.send(file);
  });
}
