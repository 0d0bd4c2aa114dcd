/**
 * Leaves out what matrix-js-sdk brings along and this messenger never calls: calls, widgets, sliding sync, file trees,
 * and the table by which the library compares names (screens show names as they were given, see `sealed/names.ts`).
 * That is a third of the library. `sealed/absent.ts` stands in their place.
 */
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const STAND_IN = fileURLToPath(new URL("../sealed/absent.ts", import.meta.url));
const LIBRARY = /\/matrix-js-sdk\/lib\/(?:client|matrix|utils)\.js$/;
const ABSENT = [
  "unhomoglyph",
  "./embedded.js",
  "./models/MSC3089TreeSpace.js",
  "./matrixrtc/MatrixRTCSessionManager.js",
  "./sliding-sync-sdk.js",
  "./sliding-sync.js",
  "./webrtc/call.js",
  "./webrtc/callEventHandler.js",
  "./webrtc/callFeed.js",
  "./webrtc/groupCall.js",
  "./webrtc/groupCallEventHandler.js",
  "./webrtc/mediaHandler.js",
  "./webrtc/stats/statsReport.js",
];

export function absentParts(): Plugin {
  const met = new Set<string>();
  return {
    name: "jaga-absent-parts",
    enforce: "pre",
    resolveId(source, importer) {
      if (importer === undefined || !LIBRARY.test(importer) || !ABSENT.includes(source)) return null;
      met.add(source);
      return STAND_IN;
    },
    // A later version of the library may call them otherwise; then they would silently be back.
    buildEnd(error) {
      const strange = ABSENT.filter((name) => !met.has(name));
      if (!error && strange.length > 0) this.error(`matrix-js-sdk no longer imports ${strange.join(", ")}`);
    },
  };
}
