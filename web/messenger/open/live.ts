/** What the screens show of channels, kept true by the feed: a removed post turns into its card wherever it stands. */
import { computed, effect, signal } from "@preact/signals";
import { session } from "../sealed";
import { route } from "../shell/router";
import * as api from "./api";
import { follow, listen, type FeedEvent } from "./feed";
import type { Card, Channel, InboxItem, Page, Post } from "./model";
import { follows } from "./notes";

export type Entry = Post | Card;

export interface Shown {
  channel: Channel | null;
  entries: readonly Entry[];
  pinned: readonly Post[];
  next: string | null;
  state: "loading" | "ready" | "missing" | "offline";
}

const NOTHING: Shown = { channel: null, entries: [], pinned: [], next: null, state: "loading" };
export const channels = signal<ReadonlyMap<string, Shown>>(new Map());
export const runs = signal<readonly (Channel & { role: string })[]>([]);
export const official = signal<readonly InboxItem[]>([]);
/** The post that is open, and the comments below it, oldest first; `next` asks for those after them. */
export interface Thread {
  post: Entry | null;
  comments: readonly Entry[];
  next: string | null;
}
export const NO_THREAD: Thread = { post: null, comments: [], next: null };
export const thread = signal<Thread>(NO_THREAD);
/** The last post of each channel that was on a member's screen; it never leaves the device, and goes when they sign out. */
const SEEN = "jaga.open.seen";
export const seenUpTo = signal<ReadonlyMap<string, number>>(new Map(seenBefore()));

/** The channel on the screen, and how far its reader had come when they opened it. */
export const lookedAt = signal<{ name: string; upTo: number | null } | null>(null);

function seenBefore(): [string, number][] {
  try {
    return Object.entries(JSON.parse(localStorage.getItem(SEEN) ?? "{}") as Record<string, number>);
  } catch {
    return [];
  }
}

export const shownOf = (name: string): Shown => channels.value.get(name) ?? NOTHING;
/** Known from the list of what the member runs: asking about one channel would tell the server who reads it. */
export const roleIn = (name: string): string | null => runs.value.find((one) => one.name === name)?.role ?? null;
export const mayPost = (channel: Channel): boolean =>
  session.value.state === "ready" && (channel.kind === "group" || roleIn(channel.name) !== null);
/** Whether the member may have powers over this post; only then is the server asked which. */
export const concernsMe = (post: Post): boolean =>
  session.value.state === "ready" && (roleIn(post.channel) !== null || session.value.me.id.startsWith(`@${post.author}:`));
export const isCard = (entry: Entry): entry is Card => entry.state === "removed";

function change(name: string, by: (shown: Shown) => Shown): void {
  channels.value = new Map(channels.value).set(name, by(shownOf(name)));
}

export async function open(name: string): Promise<void> {
  try {
    const [channel, page, pinned] = await Promise.all([api.channelOf(name), api.postsOf(name, null), api.pinnedOf(name)]);
    change(name, (shown) => ({ channel, ...joined(shown, page), pinned: pinned.items, state: "ready" }));
  } catch (error) {
    const gone = error instanceof api.Problem && error.code !== "offline";
    change(name, (shown) => ({ ...shown, state: gone ? "missing" : shown.channel ? "ready" : "offline" }));
  }
}

/** The newest page, joined to what was loaded before it when nothing can lie between. */
function joined(shown: Shown, page: api.Posts): Pick<Shown, "entries" | "next"> {
  const fresh = merged([], [...page.items, ...page.removed]);
  const begins = shown.entries.findIndex((one) => one.id === fresh[0]?.id);
  if (!page.next || begins < 1) return { entries: fresh, next: page.next };
  return { entries: [...shown.entries.slice(0, begins), ...fresh], next: shown.next };
}

/** Loads the page before what is shown; whether it could be had. */
export async function earlier(name: string): Promise<boolean> {
  const { next } = shownOf(name);
  if (!next) return true;
  try {
    const page = await api.postsOf(name, next);
    change(name, (shown) => ({ ...shown, entries: merged(shown.entries, [...page.items, ...page.removed]), next: page.next }));
    return true;
  } catch {
    return false;
  }
}

export function take(post: Post): void {
  if (post.comment_on === null) return change(post.channel, (shown) => ({ ...shown, entries: merged(shown.entries, [post]) }));
  if (!counted.has(post.id)) count(post.channel, post.id, post.comment_on, 1);
  if (thread.value.post?.id === post.comment_on) thread.value = { ...thread.value, comments: merged(thread.value.comments, [post]) };
}

/** Which post a comment stands below, for those that its number of comments contains already. */
const counted = new Map<string, string>();

function count(channel: string, comment: string, below: string, by: 1 | -1): void {
  if (by > 0) counted.set(comment, below);
  else counted.delete(comment);
  const one = <T extends Entry>(entry: T): T => (entry.id === below && !isCard(entry) ? { ...entry, comments: Math.max(0, entry.comments + by) } : entry);
  change(channel, (shown) => ({ ...shown, entries: shown.entries.map(one) }));
  if (thread.value.post) thread.value = { ...thread.value, post: one(thread.value.post) };
}

/** Opens a post with its first comments, or with as many as were loaded before. */
export async function openThread(id: string): Promise<void> {
  const post = await api.postOrCard(id);
  const least = thread.peek().post?.id === id ? thread.peek().comments.length : 0;
  const { items, next } = post && !isCard(post) ? await commentsOf(id, least) : { items: [], next: null };
  for (const comment of items) counted.set(comment.id, id);
  thread.value = { post, comments: merged([], items), next };
}

async function commentsOf(id: string, least: number): Promise<Page<Post>> {
  let page = await api.commentsOf(id, null);
  const items = [...page.items];
  while (page.next && items.length < least) {
    page = await api.commentsOf(id, page.next);
    items.push(...page.items);
  }
  return { items, next: page.next };
}

/** Loads the comments after those that are shown. */
export async function laterComments(): Promise<void> {
  const { post, next } = thread.peek();
  if (!post || !next) return;
  const page = await api.commentsOf(post.id, next);
  for (const comment of page.items) counted.set(comment.id, post.id);
  if (thread.peek().post?.id === post.id) thread.value = { ...thread.peek(), comments: merged(thread.peek().comments, page.items), next: page.next };
}

async function lookAgainAtThread(): Promise<void> {
  const here = route.peek();
  if (here.at === "post") await openThread(here.post).catch(() => undefined); // what was shown stays
}

/** Oldest first, each once, the newer state in the older one's place. */
export function merged(known: readonly Entry[], more: readonly Entry[]): Entry[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  for (const entry of more) byId.set(entry.id, entry);
  return [...byId.values()].sort((one, other) => one.number - other.number);
}

async function seen(event: FeedEvent): Promise<void> {
  const { id, channel } = event.data;
  if (id === null) return open(channel);
  if (event.name !== "removed") {
    take(event.data as unknown as Post);
    if (thread.value.post?.id === id) {
      if (isCard(thread.value.post)) return openThread(id); // its comments come back with it
      thread.value = { ...thread.value, post: event.data as unknown as Post };
    }
    if (event.name === "edit") change(channel, (shown) => ({ ...shown, pinned: pinnedAfter(shown, event.data as unknown as Post) }));
    return;
  }
  // What was removed goes from the screen at once; its card comes when it has been fetched.
  const stood = drop(channel, id);
  const card = await api.postOrCard(id).catch(() => null);
  if (card && isCard(card)) putCard(channel, card, stood);
}

function pinnedAfter(shown: Shown, post: Post): readonly Post[] {
  const others = shown.pinned.filter((one) => one.id !== post.id);
  return post.pinned_at ? [post, ...others] : others;
}

interface Stood {
  inChannel: boolean;
  inThread: boolean;
}

function drop(channel: string, id: string): Stood {
  const below = counted.get(id);
  if (below) count(channel, id, below, -1);
  const without = <T extends { id: string }>(all: readonly T[]) => all.filter((one) => one.id !== id);
  const { post, comments } = thread.value;
  const stood = { inChannel: shownOf(channel).entries.some((one) => one.id === id), inThread: comments.some((one) => one.id === id) };
  change(channel, (shown) => ({ ...shown, entries: without(shown.entries), pinned: without(shown.pinned) }));
  thread.value = { ...thread.value, post: post?.id === id ? null : post, comments: without(comments) };
  return stood;
}

function putCard(channel: string, card: Card, stood: Stood): void {
  if (stood.inChannel) change(channel, (shown) => ({ ...shown, entries: merged(shown.entries, [card]) }));
  if (stood.inThread) thread.value = { ...thread.value, comments: merged(thread.value.comments, [card]) };
  const here = route.value;
  if (here.at === "post" && here.post === card.id) thread.value = { ...NO_THREAD, post: card };
}

/** Where the feed is wanted: every channel that is followed or run, and the one on the screen. */
const wanted = computed(() => {
  const here = route.value;
  const open = here.at === "channel" || here.at === "post" ? [here.name] : [];
  return [...new Set([...follows.value, ...runs.value.map((one) => one.name), ...open])].sort().join(",");
});

const inSight = signal(document.visibilityState === "visible");
/**
 * A reader's tab that nobody looks at holds no stream: over HTTP/1.1 a browser has six connections for all tabs together,
 * and readers open many. The tab with the member's chats goes on.
 */
const attending = computed(() => inSight.value || session.value.state === "ready");

let stopInbox = () => {};

export function startLive(): void {
  let stop = () => {};
  let missed = false;
  effect(() => {
    stop();
    stop = () => {};
    const names = wanted.value.split(",").filter(Boolean);
    if (!attending.value) missed = true;
    if (names.length === 0 || !attending.value) return;
    for (const name of names) if (missed || !channels.peek().has(name)) void open(name);
    if (missed) void lookAgainAtThread();
    missed = false;
    stop = follow(names, (event) => void seen(event), () => names.forEach((name) => void open(name)));
  });
  effect(() => {
    stopInbox();
    if (session.value.state === "signed-out") localStorage.removeItem(SEEN);
    if (session.value.state !== "ready") {
      runs.value = [];
      official.value = [];
      return;
    }
    void refreshOwn();
    stopInbox = listen(api.inboxEvents, () => void refreshInbox());
  });
  document.addEventListener("visibilitychange", () => {
    inSight.value = document.visibilityState === "visible";
    if (session.value.state === "ready") void refreshInbox();
  });
  effect(() => {
    const here = route.value;
    if (here.at !== "channel") return void (lookedAt.value = null);
    const before = seenUpTo.peek().get(here.name);
    if (lookedAt.peek()?.name !== here.name) lookedAt.value = { name: here.name, upTo: before ?? null };
    const { channel, entries } = shownOf(here.name);
    const last = entries.at(-1)?.number ?? 0;
    if (channel && (before ?? -1) < last) seenUpTo.value = new Map(seenUpTo.peek()).set(here.name, last);
  });
  effect(() => {
    if (session.value.state === "ready") localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(seenUpTo.value)));
  });
}

export async function refreshOwn(): Promise<void> {
  runs.value = (await api.ownChannels().catch(() => ({ items: [...runs.value] }))).items;
  await refreshInbox();
}

export async function refreshInbox(): Promise<void> {
  const found = await api.inbox().catch(() => null);
  if (found && JSON.stringify(found.items) !== JSON.stringify(official.value)) official.value = found.items;
}
