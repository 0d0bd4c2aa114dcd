/**
 * Bold, italic and code as people type them: `**bold**`, `_italic_`, `` `code` `` (CommonMark's signs). The text itself
 * stays what was typed, so nothing of others' HTML is ever needed to show it.
 */
export type Mark = "bold" | "italic" | "code";

export interface Marked {
  at: number;
  mark: Mark;
  /** With its signs. */
  whole: string;
  inner: string;
}

export const SIGNS: Record<Mark, string> = { bold: "**", italic: "_", code: "`" };
const TAGS: Record<Mark, string> = { bold: "strong", italic: "em", code: "code" };
/** A sign inside a word, as in `snake_case`, is none. */
const SHAPE = /(?<![\p{L}\p{N}_*`/])(?:\*\*(?=\S)([^*\n]+)(?<=\S)\*\*|_(?=\S)([^_\n]+)(?<=\S)_|`([^`\n]+)`)(?![\p{L}\p{N}_*`/])/gu;

export function marksIn(text: string): Marked[] {
  return [...text.matchAll(SHAPE)].map((found) => {
    const [whole, bold, italic, code] = found;
    const mark = bold !== undefined ? "bold" : italic !== undefined ? "italic" : "code";
    return { at: found.index, mark, whole, inner: bold ?? italic ?? code ?? "" };
  });
}

/** Without the signs, for one line. */
export function unmarked(text: string): string {
  return text.replace(SHAPE, (_whole, bold?: string, italic?: string, code?: string) => (code ?? unmarked(bold ?? italic ?? "")));
}

/** For other clients, which show HTML; null when there is nothing to show. */
export function htmlOf(text: string): string | null {
  return marksIn(text).length > 0 ? html(text) : null;
}

function html(text: string): string {
  let from = 0;
  let written = "";
  for (const { at, mark, whole, inner } of marksIn(text)) {
    written += escaped(text.slice(from, at)) + `<${TAGS[mark]}>${mark === "code" ? escaped(inner) : html(inner)}</${TAGS[mark]}>`;
    from = at + whole.length;
  }
  return written + escaped(text.slice(from));
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/\n/g, "<br>");
}
