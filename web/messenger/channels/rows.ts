/** Channels and official notices as rows of the one list. */
import { computed } from "@preact/signals";
import { isCard, official, runs, seenUpTo, shownOf, type Entry } from "../open/live";
import { follows, isKept } from "../open/notes";
import { language } from "../shell/preferences";
import { href } from "../shell/router";
import type { Row } from "../shell/rows";
import { t } from "../words/words";
import { drafts } from "./drafts";

export const openRows = computed<readonly Row[]>(() => {
  const names = [...new Set([...follows.value, ...runs.value.map((one) => one.name)])];
  const rows = names.flatMap((name) => rowOf(name));
  return official.value.length > 0 ? [...rows, officialRow()] : rows;
});

function rowOf(name: string): Row[] {
  const { channel, entries } = shownOf(name);
  if (!channel) return [];
  const last = entries.at(-1);
  const at = last ? Date.parse((isCard(last) ? last.removed_at : last.created_at) ?? "") || 0 : 0;
  const picture = channel.picture ? new URL(channel.picture).pathname : undefined;
  const draft = drafts.value[name];
  return [
    {
      key: `open:${name}`,
      world: "open",
      title: channel.title,
      picture,
      preview: last ? lineOf(last) : "",
      draft: draft ? t().chat.draft(draft.text) : undefined,
      at,
      unread: unreadOf(name, entries),
      muted: isKept("muted", name),
      pinned: isKept("pinned", name),
      invitation: false,
      href: href({ at: "channel", name }),
    },
  ];
}

/** A channel that was never opened here has nothing new: all of it is. */
function unreadOf(name: string, entries: readonly Entry[]): number {
  const upTo = seenUpTo.value.get(name);
  return upTo === undefined ? 0 : entries.filter((one) => one.number > upTo && !isCard(one)).length;
}

function lineOf(entry: Entry): string {
  if (isCard(entry)) return t().world.removed;
  const [first] = entry.media;
  if (entry.text || !first) return entry.text;
  return first.thumbnail ? t().chat.photo : first.file_name || t().chat.file;
}

function officialRow(): Row {
  const [first] = official.value;
  const plain = { muted: false, pinned: false, invitation: false };
  const unread = official.value.filter((one) => one.read_at === null).length;
  return { key: "official", world: "official", title: "Jaga", preview: first?.title[language.value] ?? "", at: Date.parse(first?.created_at ?? "") || 0, unread, href: "#/notices", ...plain };
}
