/** Writes into the page what its scripts and styles must be (W3C Subresource Integrity), once they are final. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const REFERENCE = /(?:src|href)="\/app\/(assets\/[^"]+\.(?:js|css))"/g;

export async function stateIntegrity(dir: string): Promise<void> {
  const page = join(dir, "index.html");
  let html = await readFile(page, "utf8");
  for (const [reference, name] of [...html.matchAll(REFERENCE)]) {
    const digest = createHash("sha384").update(await readFile(join(dir, name!))).digest("base64");
    html = html.replace(reference, `${reference} integrity="sha384-${digest}"`);
  }
  await writeFile(page, html);
}
