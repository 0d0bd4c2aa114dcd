/** Plain text with its links and the names in it made visible. Nothing that others write is ever taken for HTML. */
import { placesOf } from "./naming";

const LINK = /\bhttps?:\/\/[^\s<>"'“”]+[^\s<>"'“”.,:;!?)\]}]/g;

export interface Part {
  kind: "text" | "link" | "name";
  text: string;
}

export function TextBody({ text, named = [] }: { text: string; named?: readonly string[] }) {
  return (
    <p class="text" dir="auto">
      {partsOf(text, named).map((part, at) =>
        part.kind === "link" ? (
          <a key={at} href={part.text} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : part.kind === "name" ? (
          <b key={at} class="named">
            {part.text}
          </b>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

export function partsOf(text: string, named: readonly string[] = []): Part[] {
  const found = [...links(text), ...named.flatMap((name) => placesOf(text, name).map((at) => ({ at, kind: "name" as const, text: `@${name}` })))];
  const parts: Part[] = [];
  let from = 0;
  for (const one of found.sort((a, b) => a.at - b.at)) {
    if (one.at < from) continue; // inside the one before
    if (one.at > from) parts.push({ kind: "text", text: text.slice(from, one.at) });
    parts.push({ kind: one.kind, text: one.text });
    from = one.at + one.text.length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}

function links(text: string): { at: number; kind: "link"; text: string }[] {
  return [...text.matchAll(LINK)].filter(([link]) => URL.canParse(link)).map((found) => ({ at: found.index, kind: "link", text: found[0] }));
}
