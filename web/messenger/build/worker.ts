/** Tells the service worker which files this version is made of. */
import type { Plugin } from "vite";

export function listedForWorker(base: string): Plugin {
  return {
    name: "jaga-listed-for-worker",
    apply: "build",
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk" && chunk.fileName === "worker.js") {
          chunk.code = `const BUILT_FILES=${JSON.stringify(files.map((name) => base + name).sort())};${chunk.code}`;
        }
      }
    },
  };
}
