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

/** Where a line across the mark at `y` crosses the edge of a shape; a point is inside when an odd number lies beyond it. */
function crossings(shape: readonly Point[], y: number): number[] {
  return shape.flatMap(([x1, y1], at) => {
    const [x2, y2] = shape[(at + 1) % shape.length]!;
    return y1 > y !== y2 > y ? [((x2 - x1) * (y - y1)) / (y2 - y1) + x1] : [];
  });
}

/** What the mark is along the line at `y`, by x. */
function colorsAlong(y: number): (x: number) => Color | null {
  const [foot, left, right] = [FOOT, LEFT, RIGHT].map((shape) => crossings(shape, y)) as [number[], number[], number[]];
  const inside = (found: number[], x: number) => found.reduce((odd, crossing) => (x < crossing ? !odd : odd), false);
  return (x) => {
    if (Math.hypot(x - 16, y - 13.7) < 3.2 || inside(foot, x)) return WHITE;
    return inside(left, x) ? TEAL : inside(right, x) ? SAND : null;
  };
}

/** The mark on `ground`, or on nothing, a row after the other. `share` is how much of the square the mark fills. */
function* rows(size: number, share: number, ground: Color | null): Generator<number[]> {
  const place = (p: number, part: number) => (((p + (part + 0.5) / FINE) / size - 0.5) / share + 0.5) * UNITS;
  const parts = Array.from({ length: FINE }, (_, part) => part);
  for (let py = 0; py < size; py += 1) {
    const along = parts.map((part) => colorsAlong(place(py, part)));
    const row = [0]; // no filter
    for (let px = 0; px < size; px += 1) {
      const seen = parts.flatMap((part) => along.map((color) => color(place(px, part)) ?? ground));
      row.push(...mean(seen));
    }
    yield row;
  }
}

/** Red, green, blue and alpha of a pixel by what is seen in its places. */
function mean(seen: (Color | null)[]): number[] {
  const colors = seen.filter((color) => color !== null);
  const of = (at: 0 | 1 | 2) => (colors.length === 0 ? 0 : Math.round(colors.reduce((sum, color) => sum + color[at], 0) / colors.length));
  return [of(0), of(1), of(2), Math.round((255 * colors.length) / seen.length)];
}

/** PNG (RFC 2083), 8 bits, with alpha, no filter. */
function png(size: number, share: number, ground: Color | null): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat([...rows(size, share, ground)].map((row) => Buffer.from(row))), { level: 9 })), chunk("IEND", Buffer.alloc(0))];
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
