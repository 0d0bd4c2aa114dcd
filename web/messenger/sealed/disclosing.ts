/** Photos out of a sealed chat, when their reader chooses to show them: decrypted here, and drawn anew before they leave. */
import { fetchPlain, isEncryptedFile, PICTURES, redrawn } from "./files";
import type { Attachment } from "./model";

/** What the server takes (`jaga.cases.notice`). */
const LARGEST = 600_000;
/** Pixels of the longer side, and quality: the first that is small enough is sent. */
const FORMS = [
  [1280, 0.8],
  [1280, 0.6],
  [960, 0.6],
  [640, 0.6],
] as const;

/** The JPEG that will be sent, or null for what is no photo that this browser can read. */
export async function photoToShow(file: Attachment): Promise<Blob | null> {
  const { source } = file;
  if (!isEncryptedFile(source)) return null;
  const plain = await fetchPlain(source).catch(() => null);
  if (!plain) return null;
  const photo = new Blob([plain], { type: PICTURES.has(file.type) ? file.type : "image/jpeg" });
  for (const [edge, quality] of FORMS) {
    const drawn = await redrawn(photo, edge, quality);
    if (!drawn) return null;
    if (drawn.blob.size <= LARGEST) return drawn.blob;
  }
  return null;
}
