/**
 * Formatting while it is being written: where each mark stands, and how it moves with its words.
 * Offsets count UTF-16 units, as JavaScript's strings, the page's selection and the open side do.
 */
export interface Mark {
  type: string;
  offset: number;
  length: number;
  url?: string;
}

/** The outer of two marks over the same words, as the server nests them. */
const RANK = ["blockquote", "text_link", "bold", "italic", "strikethrough", "spoiler", "code"];
const rank = (mark: Mark) => RANK.indexOf(mark.type);
const end = (mark: Mark) => mark.offset + mark.length;
const from = (mark: Mark, offset: number, to: number): Mark => ({ ...mark, offset, length: to - offset });

/** The marks after `before` became `after` by one edit that left the caret at `caret`. */
export function moved(marks: readonly Mark[], before: string, after: string, caret: number): Mark[] {
  const [start, oldEnd, newEnd] = edited(before, after, caret);
  return marks.flatMap((mark) => {
    const first = mark.offset >= oldEnd ? mark.offset + newEnd - oldEnd : mark.offset <= start ? mark.offset : newEnd;
    const last = end(mark) <= start ? end(mark) : end(mark) >= oldEnd ? end(mark) + newEnd - oldEnd : start;
    return last > first ? [from(mark, first, last)] : [];
  });
}

/** What was replaced, `start` to `oldEnd`, and where what replaced it ends. */
function edited(before: string, after: string, caret: number): [number, number, number] {
  let tail = after.length - caret;
  // What an edit leaves behind the caret is as it was; an undo may put the caret elsewhere.
  if (tail > before.length || !before.endsWith(after.slice(caret))) tail = sameEnd(before, after);
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail];
  let start = 0;
  while (start < oldEnd && start < newEnd && before[start] === after[start]) start += 1;
  return [start - Number(splits(before, start)), oldEnd, newEnd];
}

function sameEnd(before: string, after: string): number {
  let same = 0;
  while (same < before.length && same < after.length && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return same - Number(splits(before, before.length - same));
}

const splits = (text: string, at: number) => /^[\uDC00-\uDFFF]$/.test(text[at] ?? "") && /[\uD800-\uDBFF]$/.test(text.slice(0, at));

/** The selection without white space at its ends; a quote takes whole lines. Nothing when no word is left. */
export function chosen(text: string, type: string, start: number, stop: number): [number, number] | null {
  if (type === "blockquote") {
    start = text.lastIndexOf("\n", start - 1) + 1;
    const line = text.indexOf("\n", stop);
    stop = line < 0 ? text.length : line;
  }
  while (start < stop && /\s/.test(text[start] ?? "")) start += 1;
  while (stop > start && /\s/.test(text[stop - 1] ?? "")) stop -= 1;
  return stop > start ? [start, stop] : null;
}

/** With the mark over these words, or without it when all of them had it. */
export function toggled(marks: readonly Mark[], wanted: Mark): Mark[] {
  const covers = (mark: Mark) => mark.type === wanted.type && mark.offset <= wanted.offset && end(mark) >= end(wanted);
  const had = marks.some(covers);
  const rest = marks.flatMap((mark) => (mark.type === wanted.type ? without(mark, wanted) : [mark]));
  return settled(had ? rest : [...rest, wanted]);
}

function without(mark: Mark, gap: Mark): Mark[] {
  const left = from(mark, mark.offset, Math.min(end(mark), gap.offset));
  const right = from(mark, Math.max(mark.offset, end(gap)), end(mark));
  return [left, right].filter((part) => part.length > 0);
}

/** As the server takes them: outer before inner, none crossing another, nothing inside code. */
export function settled(marks: readonly Mark[]): Mark[] {
  const byRank = [...marks].sort((a, b) => rank(a) - rank(b));
  const nested = byRank.reduce<Mark[]>((kept, mark) => [...kept, ...kept.reduce(cutAt, [mark])], []);
  const code = nested.filter((mark) => mark.type === "code");
  const inCode = (mark: Mark) => code.some((one) => one !== mark && one.offset <= mark.offset && end(one) >= end(mark) && one.length > mark.length);
  return nested.filter((mark) => !inCode(mark)).sort((a, b) => a.offset - b.offset || b.length - a.length || rank(a) - rank(b));
}

/** Each part cut where `other` begins or ends inside it, unless `other` lies inside it as a whole. */
function cutAt(parts: Mark[], other: Mark): Mark[] {
  return parts.flatMap((part) => {
    const crosses = (other.offset < part.offset && end(other) > part.offset && end(other) < end(part)) || (other.offset > part.offset && other.offset < end(part) && end(other) > end(part));
    if (!crosses) return [part];
    const at = other.offset > part.offset ? other.offset : end(other);
    return [from(part, part.offset, at), from(part, at, end(part))];
  });
}
