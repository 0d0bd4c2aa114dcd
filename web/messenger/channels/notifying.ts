/** Which posts of followed channels, and which official notices, are told of while the messenger is not looked at. */
import { effect } from "@preact/signals";
import { session } from "../sealed";
import { isWanted, tell } from "../shell/notifying";
import type { Row } from "../shell/rows";
import { t } from "../words/words";
import { openRows } from "./rows";

const before = new Map<string, number>();

export function startTelling(): void {
  effect(() => {
    if (session.value.state !== "ready") return before.clear();
    for (const row of openRows.value) if (isNews(row)) void tell(newsOf(row));
  });
}

function isNews(row: Row): boolean {
  const known = before.get(row.key);
  before.set(row.key, row.unread);
  return known !== undefined && row.unread > known && !row.muted && isWanted();
}

function newsOf({ key, world, title, preview, href }: Row) {
  return { tag: key, title, text: preview, instead: world === "official" ? t().notify.official : t().notify.post, href };
}
