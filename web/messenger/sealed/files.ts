/** Attachments: encrypted here before they leave, decrypted here after they arrive (specification, "Sending encrypted attachments"). */
import { encodeUnpaddedBase64, encodeUnpaddedBase64Url, decodeBase64 } from "matrix-js-sdk/lib/matrix";
import { client } from "./client";
import type { Attachment } from "./model";

/** Shown as pictures. Never SVG: it is a document. */
export const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]);
const KEPT = 120;
const opened = new Map<string, Promise<string>>();

interface EncryptedFile {
  url: string;
  key: { k: string; alg: "A256CTR"; ext: true; kty: "oct"; key_ops: string[] };
  iv: string;
  hashes: { sha256: string };
  v: "v2";
}

export class Damaged extends Error {}

export async function encrypted(plain: ArrayBuffer): Promise<{ sealed: Blob; describe: (url: string) => EncryptedFile }> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const counter = new Uint8Array(16);
  crypto.getRandomValues(counter.subarray(0, 8));
  const usable = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const cipher = await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, usable, plain);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", cipher));
  return {
    sealed: new Blob([cipher], { type: "application/octet-stream" }),
    describe: (url) => ({
      url,
      key: { k: encodeUnpaddedBase64Url(key), alg: "A256CTR", ext: true, kty: "oct", key_ops: ["encrypt", "decrypt"] },
      iv: encodeUnpaddedBase64(counter),
      hashes: { sha256: encodeUnpaddedBase64(digest) },
      v: "v2",
    }),
  };
}

async function decrypted(cipher: ArrayBuffer, file: EncryptedFile): Promise<ArrayBuffer> {
  const digest = encodeUnpaddedBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", cipher)));
  if (digest !== file.hashes.sha256.replace(/=+$/, "")) throw new Damaged();
  const key = new Uint8Array(decodeBase64(file.key.k));
  const counter = new Uint8Array(decodeBase64(file.iv));
  const usable = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["decrypt"]);
  return crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, usable, cipher);
}

/** An address of this page for the decrypted content. `preview` is the small form, where there is one. */
export function open(file: Attachment, form: "preview" | "whole"): Promise<string> {
  const source = form === "preview" ? (file.preview ?? file.source) : file.source;
  if (!isEncryptedFile(source)) return Promise.reject(new Damaged());
  const known = opened.get(source.url);
  if (known) return known;
  const address = fetchPlain(source).then((plain) => URL.createObjectURL(new Blob([plain], { type: typeOf(file, source) })));
  opened.set(source.url, address);
  address.catch(() => opened.delete(source.url));
  forgetOldest();
  return address;
}

export async function fetchPlain(source: EncryptedFile): Promise<ArrayBuffer> {
  return decrypted(await fetchMedia(source.url), source);
}

/** The bytes at an `mxc:` address, from this server alone. */
export async function fetchMedia(url: string): Promise<ArrayBuffer> {
  const address = client().mxcUrlToHttp(url, undefined, undefined, undefined, false, true, true);
  if (!address || new URL(address).origin !== location.origin) throw new Damaged();
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${client().getAccessToken()}` } });
  if (!answer.ok) throw new TypeError(`media: ${answer.status}`);
  return answer.arrayBuffer();
}

/** What the browser may take it for. A file that could run is only ever bytes to save. */
function typeOf(file: Attachment, source: EncryptedFile): string {
  if (source === file.preview) return "image/jpeg";
  return PICTURES.has(file.type) ? file.type : "application/octet-stream";
}

function forgetOldest(): void {
  while (opened.size > KEPT) {
    const [url, address] = opened.entries().next().value ?? [];
    if (url === undefined) return;
    opened.delete(url);
    void address?.then((blob) => URL.revokeObjectURL(blob));
  }
}

export function isEncryptedFile(value: unknown): value is EncryptedFile {
  if (typeof value !== "object" || value === null) return false;
  const file = value as Partial<EncryptedFile>;
  return (
    typeof file.url === "string" &&
    file.url.startsWith("mxc://") &&
    typeof file.key?.k === "string" &&
    typeof file.iv === "string" &&
    typeof file.hashes?.sha256 === "string"
  );
}

export interface Drawn {
  blob: Blob;
  width: number;
  height: number;
}

/** The picture anew, at most `edge` pixels long: smaller, and without the place and camera that files remember. */
export async function redrawn(file: Blob, edge: number, quality: number): Promise<Drawn | null> {
  try {
    const bitmap = await createImageBitmap(file);
    const share = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [Math.max(1, Math.round(bitmap.width * share)), Math.max(1, Math.round(bitmap.height * share))];
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    return { blob: await canvas.convertToBlob({ type: "image/jpeg", quality }), width, height };
  } catch {
    return null; // no picture that this browser can read
  }
}
