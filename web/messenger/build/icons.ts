/** Draws the mark of `public/mark.svg` as PNG, for systems that install the messenger and take no SVG. */
import { crc32, deflateSync } from "node:zlib";
import type { Plugin } from "vite";

type Point = readonly [number, number];
type Color = readonly [number, number, number];
const TEAL: Color = [0x0d, 0x6e, 0x66];
const SAND: Color = [0xe3, 0xbb, 0x73];
const WHITE: Color = [0xff, 0xff, 0xff];
const GROUND: Color = [0xf4, 0xf6, 0xf5];
/** The mark stands on a square of this many units. */
const UNITS = 32;
/** Of each side of a pixel, looked at in so many places. */
const FINE = 4;

const RIGHT: readonly Point[] = [[16, 2], [27, 6], [27, 15], ...curve([27, 15], [27, 22], [22.5, 27], [16, 30])];
const LEFT: readonly Point[] = RIGHT.map(([x, y]) => [UNITS - x, y]);
const FOOT: readonly Point[] = [[17.7, 16], [18.7, 21], [13.3, 21], [14.3, 16]];

function curve(from: Point, a: Point, b: Point, to: Point): Point[] {
  return Array.from({ length: 24 }, (_, step) => {
    const s = (step + 1) / 24;
    const mix = (k: 0 | 1) => (1 - s) ** 3 * from[k] + 3 * (1 - s) ** 2 * s * a[k] + 3 * (1 - s) * s ** 2 * b[k] + s ** 3 * to[k];
    return [mix(0), mix(1)] as const;
  });
}

function inside([x, y]: Point, shape: readonly Point[]): boolean {
  let odd = false;
  shape.forEach(([x1, y1], at) => {
    const [x2, y2] = shape[(at + 1) % shape.length]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  });
  return odd;
}

function colorAt(point: Point): Color | null {
  if (Math.hypot(point[0] - 16, point[1] - 13.7) < 3.2 || inside(point, FOOT)) return WHITE;
  return inside(point, LEFT) ? TEAL : inside(point, RIGHT) ? SAND : null;
}

/** One pixel of the mark on `ground`, or on nothing. `share` is how much of the square the mark fills. */
function pixel(px: number, py: number, size: number, share: number, ground: Color | null): number[] {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let at = 0; at < FINE * FINE; at += 1) {
    const place = (p: number, part: number) => (((p + (part + 0.5) / FINE) / size - 0.5) / share + 0.5) * UNITS;
    const color = colorAt([place(px, at % FINE), place(py, Math.floor(at / FINE))]) ?? ground;
    if (!color) continue;
    red += color[0];
    green += color[1];
    blue += color[2];
    alpha += 1;
  }
  const mean = (sum: number) => (alpha === 0 ? 0 : Math.round(sum / alpha));
  return [mean(red), mean(green), mean(blue), Math.round((255 * alpha) / FINE ** 2)];
}

/** PNG (RFC 2083), 8 bits, with alpha, no filter. */
function png(size: number, share: number, ground: Color | null): Buffer {
  const rows = Array.from({ length: size }, (_, y) => [0, ...Array.from({ length: size }, (_, x) => pixel(x, y, size, share, ground)).flat()]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.from(rows.flat()), { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "ascii"), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

export function drawnIcons(): Plugin {
  return {
    name: "jaga-drawn-icons",
    apply: "build",
    generateBundle() {
      const emit = (fileName: string, source: Buffer) => this.emitFile({ type: "asset", fileName, source });
      emit("icon-192.png", png(192, 0.94, null));
      emit("icon-512.png", png(512, 0.94, null));
      // What a system cuts round must keep clear of the outer tenth.
      emit("icon-maskable-512.png", png(512, 0.62, GROUND));
    },
  };
}
