/** Plain text with its links, the names in it and its few marks made visible. Nothing that others write is ever taken for HTML. */
import type { ComponentChildren } from "preact";
import { marksIn, type Mark } from "../sealed";
import { placesOf } from "./naming";

const LINK = /\bhttps?:\/\/[^\s<>"'“”]+[^\s<>"'“”.,:;!?)\]}]/g;

interface Part {
  at: number;
  kind: "link" | "name" | Mark;
  whole: string;
  inner: string;
}

export function TextBody({ text, named = [] }: { text: string; named?: readonly string[] }) {
  return (
    <p class="text" dir="auto">
      <Marked text={text} named={named} />
    </p>
  );
}

function Marked({ text, named }: { text: string; named: readonly string[] }) {
  const shown: ComponentChildren[] = [];
  let from = 0;
  for (const part of partsOf(text, named)) {
    if (part.at < from) continue; // inside the one before
    shown.push(text.slice(from, part.at), <Shown key={part.at} part={part} named={named} />);
    from = part.at + part.whole.length;
  }
  return <>{[...shown, text.slice(from)]}</>;
}

function Shown({ part: { kind, inner }, named }: { part: Part; named: readonly string[] }) {
  switch (kind) {
    case "link":
      return (
        <a href={inner} target="_blank" rel="noopener noreferrer nofollow">
          {inner}
        </a>
      );
    case "name":
      return <b class="named">{inner}</b>;
    case "bold":
      return (
        <strong>
          <Marked text={inner} named={named} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <Marked text={inner} named={named} />
        </em>
      );
    case "code":
      return <code>{inner}</code>;
  }
}

function partsOf(text: string, named: readonly string[]): Part[] {
  const links = [...text.matchAll(LINK)].filter(([link]) => URL.canParse(link)).map((found): Part => ({ at: found.index, kind: "link", whole: found[0], inner: found[0] }));
  const names = named.flatMap((name) => placesOf(text, name).map((at): Part => ({ at, kind: "name", whole: `@${name}`, inner: `@${name}` })));
  const marks = marksIn(text).map(({ at, mark, whole, inner }): Part => ({ at, kind: mark, whole, inner }));
  return [...links, ...names, ...marks].sort((a, b) => a.at - b.at);
}
