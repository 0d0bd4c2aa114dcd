/**
 * All requests to the open side. Reading goes without cookie, token or any other name: nobody learns who reads what.
 * Only what somebody does in their own name carries their session.
 */
import { session as sealedSession } from "../sealed";
import { load } from "../sealed";
import { language } from "../shell/preferences";
import type { Card, Channel, FormStep, InboxItem, NoticeState, Page, Post, Powers, Statement, Taken, Text, Week } from "./model";

/** Why it was refused: the server's own sentence in the chosen language, and its stable code. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly fields: Record<string, unknown> = {},
  ) {
    super(detail || (code === "offline" ? OFFLINE[language.value] : code));
  }
}

const OFFLINE = {
  id: "Server tidak terjangkau. Periksa sambungan Anda, lalu coba lagi.",
  en: "The server cannot be reached. Check your connection, then try again.",
};

interface Wish {
  method?: string;
  body?: unknown;
  token?: string | undefined;
  key?: string;
  signal?: AbortSignal;
}

async function ask(path: string, wish: Wish = {}): Promise<Response> {
  const headers: Record<string, string> = { "Accept-Language": language.value, Accept: "application/json" };
  if (wish.token) headers["Authorization"] = `Bearer ${wish.token}`;
  if (wish.key) headers["Idempotency-Key"] = wish.key;
  if (wish.body !== undefined) headers["Content-Type"] = "application/json";
  const body = wish.body === undefined ? null : JSON.stringify(wish.body);
  try {
    return await fetch(path, { method: wish.method ?? "GET", headers, body, credentials: "omit", referrerPolicy: "no-referrer", signal: wish.signal ?? null });
  } catch {
    throw new Problem("offline", OFFLINE[language.value]);
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  return new Problem(String(body["code"] ?? answer.status), String(body["detail"] ?? OFFLINE[language.value]), body);
}

async function json<T>(path: string, wish: Wish = {}): Promise<T> {
  const answer = await ask(path, wish);
  if (!answer.ok) throw await problemOf(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

let token: Promise<string> | undefined;
let owner = "";

/** The session on the open side, made anew when the account changed or it ran out. */
async function sessionToken(): Promise<string> {
  const now = sealedSession.value;
  if (now.state !== "ready") throw new Problem("no_session", "");
  if (owner !== now.me.id) token = undefined;
  owner = now.me.id;
  token ??= (async () => {
    const proof = await (await load()).openIdProof();
    return (await json<{ token: string }>("/api/v1/session", { method: "POST", body: { matrix_openid: proof } })).token;
  })();
  token.catch(() => (token = undefined));
  return token;
}

/** Gives the session back, so that nothing that kept its token can use it. */
export async function endSession(): Promise<void> {
  const held = token;
  token = undefined;
  await held?.then((token) => ask("/api/v1/session", { method: "DELETE", token })).catch(() => undefined);
}

/** Does `act` with the session's token, once more with a new one when the old ran out. */
export async function withSession<T>(act: (token: string) => Promise<T>): Promise<T> {
  try {
    return await act(await sessionToken());
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "no_session" || sealedSession.value.state !== "ready") throw error;
    token = undefined;
    return act(await sessionToken());
  }
}

const own = <T>(path: string, wish: Wish = {}) => withSession((token) => json<T>(path, { ...wish, token }));

const at = (id: string) => encodeURIComponent(id);

// Read by anyone.
export const channelOf = (name: string) => json<Channel>(`/api/v1/channels/${at(name)}`);
export type Posts = Page<Post> & { removed: Card[] };
export const postsOf = (name: string, before: string | null) =>
  json<Posts>(`/api/v1/channels/${at(name)}/posts${before ? `?before=${at(before)}` : ""}`);
export const pinnedOf = (name: string) => json<Page<Post>>(`/api/v1/channels/${at(name)}/pinned`);
export const commentsOf = (id: string, after: string | null) =>
  json<Page<Post>>(`/api/v1/posts/${at(id)}/comments${after ? `?after=${at(after)}` : ""}`);
export const directory = (q: string, category: string, lang: string) =>
  json<Page<Channel>>(`/api/v1/channels?${new URLSearchParams({ q, category, language: lang })}`);
export const categories = () => json<{ items: { name: string; title: Text }[] }>("/api/v1/categories");
export const similar = (name: string) => json<Page<Channel>>(`/api/v1/channels/${at(name)}/similar`);
export const statistics = (name: string) => json<{ weeks: Week[] }>(`/api/v1/channels/${at(name)}/statistics`);
export const search = (q: string) => json<Page<Post>>(`/api/v1/posts?${new URLSearchParams({ q })}`);
export const noticeForm = () => json<{ steps: FormStep[] }>("/api/v1/notice-form");
export const noticeState = (id: string, key: string) => json<NoticeState>(`/api/v1/notices/${at(id)}?key=${at(key)}`);

/** The post, or the card that stands in its place, or nothing. */
export async function postOrCard(id: string): Promise<Post | Card | null> {
  try {
    return await json<Post>(`/api/v1/posts/${at(id)}`);
  } catch (error) {
    if (error instanceof Problem && error.code === "post_removed") return error.fields as unknown as Card;
    if (error instanceof Problem && error.code !== "offline") return null;
    throw error;
  }
}

// Done in one's own name.
export type Outcome<T> =
  | { kind: "published"; thing: T }
  | { kind: "held"; id: string }
  | { kind: "refused"; id: string; reasons: string; category: string; statement: string };

async function outcomeOf<T>(path: string, wish: Wish): Promise<Outcome<T>> {
  try {
    const answer = await own<T & { state?: string; id: string; case?: string }>(path, wish);
    return answer.state === "held" && answer.case ? { kind: "held", id: answer.id } : { kind: "published", thing: answer };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "post_refused") throw error;
    const { id, reasons, category, statement } = error.fields as Record<string, string>;
    return { kind: "refused", id: id ?? "", reasons: reasons ?? error.detail, category: category ?? "", statement: statement ?? "" };
  }
}

export interface Draft {
  text: string;
  entities?: { type: string; offset: number; length: number; url?: string }[];
  media?: { id: string; kind?: string; file_name?: string }[];
}

export const publish = (name: string, draft: Draft, key: string) =>
  outcomeOf<Post>(`/api/v1/channels/${at(name)}/posts`, { method: "POST", body: draft, key });
export const comment = (post: string, draft: Draft, key: string) =>
  outcomeOf<Post>(`/api/v1/posts/${at(post)}/comments`, { method: "POST", body: draft, key });
export const edit = (post: string, draft: Draft) => outcomeOf<Post>(`/api/v1/posts/${at(post)}`, { method: "PATCH", body: draft });
export const remove = (post: string) => own<void>(`/api/v1/posts/${at(post)}`, { method: "DELETE" });
export const pin = (post: string, pinned: boolean) => own<void>(`/api/v1/posts/${at(post)}/pin`, { method: pinned ? "POST" : "DELETE" });
export const createChannel = (wish: Record<string, string>) => outcomeOf<Channel>("/api/v1/channels", { method: "POST", body: wish });
export const changeChannel = (name: string, wish: Record<string, string>) => outcomeOf<Channel>(`/api/v1/channels/${at(name)}`, { method: "PATCH", body: wish });
export const ownChannels = () => own<{ items: (Channel & { role: string })[] }>("/api/v1/session/channels");
export const powers = (post: string) => own<Powers>(`/api/v1/posts/${at(post)}/standing`);
export const bots = (name: string) => own<{ items: { id: string; name: string }[] }>(`/api/v1/channels/${at(name)}/bots`);
export const revokeBot = (name: string, id: string) => own<void>(`/api/v1/channels/${at(name)}/bots/${at(id)}`, { method: "DELETE" });
export const roles = (name: string) => own<{ items: { member: string; role: string }[] }>(`/api/v1/channels/${at(name)}/roles`);
export const appoint = (name: string, who: string, editor: boolean) =>
  own<void>(`/api/v1/channels/${at(name)}/roles/${at(who)}`, { method: editor ? "PUT" : "DELETE" });
export const takenOver = (name: string) => own<{ numbers: number[] }>(`/api/v1/channels/${at(name)}/take-over/telegram`);
export const takeOver = (name: string, message: unknown, media: Record<string, string>) =>
  own<Taken>(`/api/v1/channels/${at(name)}/take-over/telegram`, { method: "POST", body: { message, media } });
export const addBot = (name: string, bot: string) =>
  own<{ token: string; base_url: string }>(`/api/v1/channels/${at(name)}/bots`, { method: "POST", body: { name: bot } });
export const inbox = () => own<Page<InboxItem>>("/api/v1/inbox?limit=50");
/** The stream that says when to ask for them again. */
export const inboxEvents = (signal: AbortSignal) =>
  withSession(async (token) => {
    const answer = await ask("/api/v1/inbox/events", { token, signal });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  });
export const markRead = (id: string) => own<void>(`/api/v1/inbox/${at(id)}/read`, { method: "POST" });
export const statementOf = (id: string) => own<Statement>(`/api/v1/statements/${at(id)}`);
export const appeal = (id: string, text: string) => own<unknown>(`/api/v1/statements/${at(id)}/appeals`, { method: "POST", body: { text } });

export interface Filed {
  id: string;
  access_key: string;
  received_at: string;
}

/** With a session the reporter need give no name; without one the form asks what the SOP asks. */
export const report = (notice: Record<string, unknown>) =>
  sealedSession.value.state === "ready"
    ? own<Filed>("/api/v1/notices", { method: "POST", body: notice })
    : json<Filed>("/api/v1/notices", { method: "POST", body: notice });
