/** A post's text with its formatting as a tree. Offsets count UTF-16 units, as JavaScript's own strings do. */
import type { Entity } from "../open/model";

export type Node = { kind: "text"; text: string } | { kind: string; url?: string | undefined; children: Node[]; text?: undefined };

export function treeOf(text: string, entities: readonly Entity[], from = 0, to = text.length): Node[] {
  const nodes: Node[] = [];
  let at = from;
  const inside = [...entities].filter((one) => one.offset >= from && one.offset + one.length <= to);
  while (inside.length > 0) {
    const entity = inside.shift() as Entity;
    if (entity.offset < at) continue;
    const end = entity.offset + entity.length;
    if (entity.offset > at) nodes.push({ kind: "text", text: wordsAfter(nodes.at(-1), text.slice(at, entity.offset)) });
    const own = inside.filter((one) => one.offset >= entity.offset && one.offset + one.length <= end);
    const url = linkOf(entity, text.slice(entity.offset, end));
    nodes.push({ kind: entity.type, url, children: treeOf(text, own, entity.offset, end) });
    at = end;
  }
  if (at < to) nodes.push({ kind: "text", text: wordsAfter(nodes.at(-1), text.slice(at, to)) });
  return nodes;
}

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** A block ends its line by itself. */
const wordsAfter = (before: Node | undefined, words: string) => (before && BLOCKS.has(before.kind) ? words.replace(/^\n/, "") : words);

/** Only complete web addresses may be followed, whatever was sent. */
export function linkOf(entity: Entity, words: string): string | undefined {
  const address = entity.type === "text_link" ? entity.url : entity.type === "url" ? (words.startsWith("www.") ? `https://${words}` : words) : undefined;
  if (!address || !URL.canParse(address)) return undefined;
  return /^https?:$/.test(new URL(address).protocol) ? address : undefined;
}
