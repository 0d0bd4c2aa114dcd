import { defineConfig } from "vite";
import { absentParts } from "./build/absent.ts";
import { compressed } from "./build/compress.ts";
import { drawnIcons } from "./build/icons.ts";
import { checkedWasm } from "./build/integrity.ts";
import { listedForWorker } from "./build/worker.ts";

const BASE = "/app/";

export default defineConfig({
  base: BASE,
  publicDir: "public",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../src/jaga/web/bundle",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: { index: "index.html", worker: "worker.ts" },
      // The worker has one address for ever; all else is named for its content.
      output: { entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js") },
    },
  },
  plugins: [absentParts(), checkedWasm(), listedForWorker(BASE), drawnIcons(), compressed()],
});
