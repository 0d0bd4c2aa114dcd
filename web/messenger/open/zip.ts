/**
 * A ZIP archive on this device (APPNOTE 6.3), read piece by piece: nothing is unpacked but the file that is wanted now.
 * Names are only compared, never used as paths. What says one size and unpacks to more is given up at that size.
 */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const LONGEST_END = 22 + 65_535;
const MOST_ENTRIES = 65_534; // more need ZIP64, as archives beyond 4 GB do
const LONGEST_DIRECTORY = 32_000_000;
/** Bytes of one file, unpacked. */
const LARGEST = 256_000_000;

interface Entry {
  method: number;
  packed: number;
  size: number;
  at: number;
}

export class UnreadableZip extends Error {}

export class Zip {
  private constructor(
    private readonly blob: Blob,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Raises `UnreadableZip`. */
  static async open(blob: Blob): Promise<Zip> {
    const tail = await viewOf(blob.slice(Math.max(0, blob.size - LONGEST_END)));
    let end = tail.byteLength - 22;
    while (end >= 0 && tail.getUint32(end, true) !== END) end -= 1;
    if (end < 0) throw new UnreadableZip();
    const [count, length, from] = [tail.getUint16(end + 10, true), tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
    if (count > MOST_ENTRIES || length > LONGEST_DIRECTORY || from + length > blob.size) throw new UnreadableZip();
    return new Zip(blob, entriesOf(await viewOf(blob.slice(from, from + length)), count));
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  /** The file of that name, unpacked; null when there is none. Raises `UnreadableZip`. */
  async file(name: string): Promise<File | null> {
    const entry = this.entries.get(name);
    if (!entry) return null;
    if (entry.size > LARGEST || entry.packed > this.blob.size) throw new UnreadableZip();
    const head = await viewOf(this.blob.slice(entry.at, entry.at + 30));
    if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw new UnreadableZip();
    const from = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    const packed = this.blob.slice(from, from + entry.packed);
    const content = entry.method === 0 ? packed : entry.method === 8 ? await inflated(packed, entry.size) : null;
    if (content?.size !== entry.size) throw new UnreadableZip();
    return new File([content], name.slice(name.lastIndexOf("/") + 1));
  }
}

function entriesOf(directory: DataView, count: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let at = 0, read = 0; read < count; read += 1) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== ENTRY) throw new UnreadableZip();
    const [name, extra, comment] = [28, 30, 32].map((place) => directory.getUint16(at + place, true)) as [number, number, number];
    if (at + 46 + name > directory.byteLength) throw new UnreadableZip();
    const letters = new Uint8Array(directory.buffer, directory.byteOffset + at + 46, name);
    entries.set(new TextDecoder().decode(letters), {
      method: directory.getUint16(at + 10, true),
      packed: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      at: directory.getUint32(at + 42, true),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

async function inflated(packed: Blob, size: number): Promise<Blob> {
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const pieces: BlobPart[] = [];
  for (let got = 0; ; ) {
    const { value, done } = await reader.read().catch(() => Promise.reject(new UnreadableZip()));
    if (done) return new Blob(pieces);
    got += value.byteLength;
    if (got > size) {
      await reader.cancel().catch(() => undefined);
      throw new UnreadableZip();
    }
    pieces.push(value);
  }
}

async function viewOf(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}
