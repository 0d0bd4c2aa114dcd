/**
 * Writes into the page what its scripts and styles must be (W3C Subresource Integrity), once they are final: those that
 * the page names beside their names, and those that are loaded later in an import map (HTML, 8.1.5.2).
 */
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

const BASE = "/app/";
const REFERENCE = /(?:src|href)="\/app\/(assets\/[^"]+\.(?:js|css))"/g;
const FIRST_SCRIPT = '<script type="module"';
const ENCRYPTION = /@matrix-org\/matrix-sdk-crypto-wasm\/index\.mjs$/;
const FETCHES = "fetch(url)";

function digestOf(body: Buffer): string {
  return `sha384-${createHash("sha384").update(body).digest("base64")}`;
}

export async function stateIntegrity(dir: string): Promise<void> {
  const page = join(dir, "index.html");
  let html = await readFile(page, "utf8");
  if (!html.includes(FIRST_SCRIPT)) throw new Error("the page has no script");
  for (const [reference, name] of [...html.matchAll(REFERENCE)]) {
    html = html.replace(reference, `${reference} integrity="${digestOf(await readFile(join(dir, name!)))}"`);
  }
  const map = JSON.stringify({ integrity: await ofModules(dir) });
  await writeFile(page, html.replace(FIRST_SCRIPT, `<script type="importmap">${map}</script>\n  ${FIRST_SCRIPT}`));
}

async function ofModules(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(join(dir, "assets"))).filter((name) => name.endsWith(".js")).sort();
  const stated = names.map(async (name) => [`${BASE}assets/${name}`, digestOf(await readFile(join(dir, "assets", name)))] as const);
  return Object.fromEntries(await Promise.all(stated));
}

/** WebAssembly is fetched by a script, so it is that script which must say what it expects. */
export function checkedWasm(): Plugin {
  return {
    name: "jaga-checked-wasm",
    apply: "build",
    async transform(code, id) {
      if (!ENCRYPTION.test(id)) return null;
      if (code.split(FETCHES).length !== 2) this.error(`${id} no longer says ${FETCHES} once`);
      const wasm = await readFile(join(id, "../pkg/matrix_sdk_crypto_wasm_bg.wasm"));
      return { code: code.replace(FETCHES, `fetch(url, { integrity: "${digestOf(wasm)}" })`), map: null };
    },
  };
}
