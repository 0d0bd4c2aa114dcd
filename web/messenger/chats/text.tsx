/** Plain text with its links made live. Nothing that others write is ever taken for HTML. */
const LINK = /\bhttps?:\/\/[^\s<>"'“”]+[^\s<>"'“”.,:;!?)\]}]/g;

export function TextBody({ text }: { text: string }) {
  return (
    <p class="text" dir="auto">
      {partsOf(text).map((part, at) =>
        part.link ? (
          <a key={at} href={part.text} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

export function partsOf(text: string): { text: string; link: boolean }[] {
  const parts: { text: string; link: boolean }[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    if (found.index > from) parts.push({ text: text.slice(from, found.index), link: false });
    parts.push({ text: found[0], link: URL.canParse(found[0]) });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), link: false });
  return parts;
}
