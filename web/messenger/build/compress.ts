/** Writes `.br` and `.gz` beside every built file, so that the server only has to send what is there. */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";
import { stateIntegrity } from "./integrity.ts";

const WORTH_IT = /\.(?:js|css|html|svg|wasm|webmanifest|json)$/;
const KEPT = "node_modules/.cache/compressed";
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** The wasm takes half a minute to press; the result is kept under the name of its content. */
async function pressed(body: Buffer, kind: "br" | "gz"): Promise<Buffer> {
  const kept = join(KEPT, `${createHash("sha256").update(body).digest("hex")}.${kind}`);
  try {
    return await readFile(kept);
  } catch {
    const result =
      kind === "gz"
        ? await zip(body, { level: 9 })
        : await brotli(body, {
            params: {
              [constants.BROTLI_PARAM_QUALITY]: 11,
              [constants.BROTLI_PARAM_LGWIN]: 22,
              [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
            },
          });
    await mkdir(KEPT, { recursive: true });
    await writeFile(kept, result);
    return result;
  }
}

export function compressed(): Plugin {
  return {
    name: "jaga-compressed",
    apply: "build",
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      await stateIntegrity(dir); // before the page is pressed
      const names = (await readdir(dir, { recursive: true })).filter((name) => WORTH_IT.test(name));
      await Promise.all(
        names.map(async (name) => {
          const body = await readFile(join(dir, name));
          for (const kind of ["br", "gz"] as const) await writeFile(join(dir, `${name}.${kind}`), await pressed(body, kind));
        }),
      );
    },
  };
}
