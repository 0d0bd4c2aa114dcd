/** Names as others chose them: shown on one line, short, and unable to turn the text around them or to pass for a sign of ours. */
const UNSEEN = /(?![\u200c\u200d\ufe0e\ufe0f])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/gu;
/** Locks, megaphones, shields and ticks: here these say what a chat is, and who was confirmed. */
const SIGNS = /[\u{1f50f}-\u{1f513}\u{1f4e2}\u{1f4e3}\u{1f6e1}\u2611\u2705\u2713\u2714]\ufe0f?/gu;
/** What joins or dresses the letter before it. Scripts need some of it, and emoji; a heap of it covers the lines around. */
const HEAP = /([\p{M}\u200c\u200d]{4})[\p{M}\u200c\u200d]+/gu;
const SEEN = /[^\s\p{M}\u200c\u200d]/u;
const LONGEST = 80;

export function cleanName(name: string | undefined | null, otherwise: string): string {
  const clean = (name ?? "").replace(UNSEEN, "").replace(SIGNS, "").replace(HEAP, "$1").replace(/\s+/g, " ").trim();
  if (!SEEN.test(clean)) return otherwise;
  const letters = [...clean];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : clean;
}

/** `name` of `@name:server`. */
export function localpart(id: string): string {
  return id.replace(/^@/, "").split(":")[0] ?? id;
}

/** What somebody is called; the library gives the id of who has no name. */
export function shownName(id: string, name: string | undefined | null): string {
  return cleanName(name === id ? "" : name, localpart(id));
}

/** `name`, `@name` or `@name:server`, as the id it means here; null when it can be none. */
export function userIdOf(typed: string, server: string): string | null {
  const name = typed.trim().toLowerCase();
  const id = /^@[^:]+:.+$/.test(name) ? name : `@${name.replace(/^@/, "")}:${server}`;
  return /^@[a-z0-9._=/+-]{1,200}:[a-z0-9.-]{1,230}(?::[0-9]{1,5})?$/.test(id) ? id : null;
}
