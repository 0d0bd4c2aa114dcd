/** Encrypted attachments (specification, client-server API, "Sending encrypted attachments"): AES-CTR and SHA-256. */

export interface EncryptedFile {
  url: string;
  key: JsonWebKey;
  iv: string;
  hashes: { sha256: string };
  v: string;
}

export async function encryptAttachment(plain: Uint8Array<ArrayBuffer>): Promise<{ ciphertext: ArrayBuffer; keys: Omit<EncryptedFile, "url"> }> {
  const counter = new Uint8Array(16);
  crypto.getRandomValues(counter.subarray(0, 8));
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, key, plain);
  const sha256 = unpadded(await crypto.subtle.digest("SHA-256", ciphertext));
  return {
    ciphertext,
    keys: { v: "v2", key: await crypto.subtle.exportKey("jwk", key), iv: unpadded(counter.buffer), hashes: { sha256 } },
  };
}

export async function decryptAttachment(ciphertext: ArrayBuffer, file: EncryptedFile): Promise<ArrayBuffer> {
  if (unpadded(await crypto.subtle.digest("SHA-256", ciphertext)) !== file.hashes.sha256.replace(/=+$/, ""))
    throw new Error("the ciphertext is not the one that was sent");
  const key = await crypto.subtle.importKey("jwk", file.key, { name: "AES-CTR" }, false, ["decrypt"]);
  const counter = Buffer.from(file.iv, "base64");
  return crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, ciphertext);
}

function unpadded(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
