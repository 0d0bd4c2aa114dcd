/** Names as others chose them: shown on one line, short, and unable to turn the text around them. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const LONGEST = 80;

export function cleanName(name: string | undefined | null, otherwise: string): string {
  const clean = (name ?? "").replace(UNSEEN, "").replace(/\s+/g, " ").trim();
  const letters = [...clean];
  return letters.length === 0 ? otherwise : letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : clean;
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
