/** Everything a member sends into a sealed room. The library encrypts it; a refusal stays beside the message. */
import { EventStatus, EventType, MsgType, RelationType, type MatrixEvent, type Room } from "matrix-js-sdk/lib/matrix";
import { isRelation, mentioned } from "./body";
import { client, letGo, signedInClient } from "./client";
import { encrypted, PICTURES, redrawn } from "./files";
import { htmlOf } from "./markup";
import type { Upload } from "./model";
import { isPassing, isRemote, problemOf, said, storageFull } from "./problems";
import { mishap, uploads } from "./state";
import { isFull, isStoreFailure } from "./storage";
import { FORWARDED, problems } from "./timeline";
import { isUnsent, keepUnsent, unsent } from "./unsent";
import { touch } from "./watching";

type Content = Record<string, unknown>;
const PHOTO_EDGE = 2560;
const PREVIEW_EDGE = 640;
const BEFORE_TYPING = 700;
/** Rooms that were told of one's typing, and those that soon will be. */
const typingIn = new Set<string>();
const planned = new Map<string, ReturnType<typeof setTimeout>>();
const blamed = new WeakSet<Error>();
const running = new Map<string, { file: File; as: "photo" | "file"; abort: AbortController }>();

/** `named` are the ids of those whom it mentions; who is answered is told as well. */
export async function sendText(roomId: string, text: string, replyTo: string | null, named: readonly string[]): Promise<void> {
  const reply = replyTo ? { "m.relates_to": { "m.in_reply_to": { event_id: replyTo } } } : {};
  const answered = replyTo ? client().getRoom(roomId)?.findEventById(replyTo)?.getSender() : undefined;
  await send(roomId, { ...written(text), "m.mentions": mentionsOf(answered ? [...named, answered] : named), ...reply });
}

export async function edit(roomId: string, id: string, text: string, named: readonly string[]): Promise<void> {
  const before = client().getRoom(roomId)?.findEventById(id)?.getContent() ?? {};
  const known = mentioned(before);
  await send(roomId, {
    msgtype: MsgType.Text,
    body: `* ${text}`,
    "m.mentions": mentionsOf(named.filter((one) => !known.includes(one))), // nobody is told twice
    "m.new_content": { ...written(text), "m.mentions": mentionsOf(named) },
    "m.relates_to": { rel_type: RelationType.Replace, event_id: id },
  });
}

/** The text as it was typed; where it has marks, also as the HTML that other clients show. */
function written(text: string): Content {
  const html = htmlOf(text);
  const formatted = html === null ? {} : { format: "org.matrix.custom.html", formatted_body: html };
  return { msgtype: MsgType.Text, body: text, ...formatted };
}

function mentionsOf(ids: readonly string[]): { user_ids?: string[] } {
  const others = [...new Set(ids)].filter((id) => id !== client().getSafeUserId());
  return others.length > 0 ? { user_ids: others } : {};
}

/** Sends a copy into another sealed chat. A file is not uploaded again: its key travels with the message. */
export async function forward(from: string, id: string, to: string): Promise<void> {
  const content: Content = client().getRoom(from)?.findEventById(id)?.getContent() ?? {};
  const kept = Object.fromEntries(["msgtype", "body", "format", "formatted_body", "filename", "file", "info"].filter((name) => name in content).map((name) => [name, content[name]]));
  await send(to, { ...kept, "m.mentions": {}, [FORWARDED]: true });
}

async function send(roomId: string, content: Content, transaction = client().makeTxnId()): Promise<void> {
  keepUnsent({ user: client().getSafeUserId(), room: roomId, transaction, content });
  try {
    await client().sendEvent(roomId, EventType.RoomMessage, content as never, transaction);
  } catch (error) {
    await notSent(roomId, transaction, error);
  } finally {
    typed(roomId);
  }
}

/**
 * A refused message takes along those that wait behind it, and the library does not even try those that are written
 * later while it stands there. They are sent after all.
 */
async function notSent(roomId: string, transaction: string, error: unknown): Promise<void> {
  if (!signedInClient()) return; // stopped meanwhile: the words are kept, and the next visit sends them
  const first = !(error instanceof Error) || !blamed.has(error);
  if (error instanceof Error) blamed.add(error);
  if (mayPass(error)) sendWaitingSoon();
  else if (!first || failed(roomId, transaction)?.event.error === null) return retry(roomId, transaction);
  const problem = isStoreFailure(error) && (await isFull()) ? storageFull : problemOf(error);
  const change = mayPass(error) ? undefined : failed(roomId, transaction)?.event;
  if (change && isRelation(change)) {
    // It has no line of its own: what it would have changed is shown as it was, as the others see it.
    client().cancelPendingEvent(change);
    mishap.value = problem;
  } else problems.set(transaction, problem);
  touch(roomId);
}

/** What failed on the way, or here: a browser counts as full for some seconds after room was made. A refusal stays one. */
function mayPass(error: unknown): boolean {
  return isPassing(error) || !isRemote(error);
}

/** Sends, in their order, what an earlier visit could not even encrypt. */
export async function sendKept(): Promise<void> {
  const own = unsent().filter(({ user }) => user === client().getSafeUserId());
  for (const { room, transaction, content } of own) {
    const found = client().getRoom(room);
    const waits = found?.getPendingEvents().some((event) => event.getTxnId() === transaction);
    if (found && !waits && isUnsent(transaction)) await send(room, content, transaction);
  }
}

/** Adds the reaction, or takes it back when it is there already. */
export async function react(roomId: string, id: string, emoji: string, mine: string | null): Promise<void> {
  const relation = { "m.relates_to": { rel_type: RelationType.Annotation as const, event_id: id, key: emoji } };
  await said(mine ? client().redactEvent(roomId, mine) : client().sendEvent(roomId, EventType.Reaction, relation));
}

/** Deletes for everybody. The server forgets the ciphertext; copies on the others' devices follow. */
export async function remove(roomId: string, id: string): Promise<void> {
  await said(client().redactEvent(roomId, id));
}

export async function retry(roomId: string, key: string): Promise<void> {
  const found = failed(roomId, key);
  if (!found) return;
  problems.delete(key);
  try {
    await client().resendEvent(found.event, found.room);
  } catch (error) {
    await notSent(roomId, key, error);
  }
  touch(roomId);
}

/** Sends, in their order, what could not be sent while there was no connection or before the page was closed. */
export async function sendWaiting(): Promise<void> {
  for (const room of client().getRooms()) {
    for (const event of room.getPendingEvents().filter((one) => one.status === EventStatus.NOT_SENT && (!one.error || mayPass(one.error)))) {
      await retry(room.roomId, event.getTxnId() ?? "");
    }
  }
}

let soon: ReturnType<typeof setTimeout> | undefined;

function sendWaitingSoon(): void {
  soon ??= setTimeout(() => {
    soon = undefined;
    if (signedInClient()) letGo(sendWaiting());
  }, 2_000);
}

/** Gives a failed message up; returns its text, so that nothing typed is lost. */
export function giveUp(roomId: string, key: string): string {
  const found = failed(roomId, key);
  if (!found) return "";
  const text: unknown = found.event.getContent()["body"];
  client().cancelPendingEvent(found.event);
  problems.delete(key);
  touch(roomId);
  return typeof text === "string" ? text : "";
}

function failed(roomId: string, key: string): { event: MatrixEvent; room: Room } | null {
  const room = client().getRoom(roomId);
  const event = room?.getPendingEvents().find((one) => one.getTxnId() === key && one.status === EventStatus.NOT_SENT);
  return room && event ? { event, room } : null;
}

/** Tells the others that something is being written, unless it is sent within a moment: they would only hear of it twice. */
export function typing(roomId: string): void {
  if (typingIn.has(roomId)) return tell(roomId, true);
  if (planned.has(roomId)) return;
  const wait = setTimeout(() => {
    planned.delete(roomId);
    typingIn.add(roomId);
    tell(roomId, true);
  }, BEFORE_TYPING);
  planned.set(roomId, wait);
}

/** Comes after the message, which need not wait for it. */
function typed(roomId: string): void {
  clearTimeout(planned.get(roomId));
  planned.delete(roomId);
  if (typingIn.delete(roomId)) tell(roomId, false);
}

function tell(roomId: string, now: boolean): void {
  void signedInClient()
    ?.sendTyping(roomId, now, 20_000)
    .catch(() => undefined);
}

/** The last of what was picked for a room: what is picked meanwhile comes after it, as it was picked. */
const lastPicked = new Map<string, Promise<void>>();

/** Encrypts and sends files one after the other; what is under way stands in `uploads`. */
export async function sendFiles(roomId: string, files: readonly File[]): Promise<void> {
  const jobs = files.map((file) => {
    const id = crypto.randomUUID();
    running.set(id, { file, as: PICTURES.has(file.type) ? "photo" : "file", abort: new AbortController() });
    change(id, { id, room: roomId, name: file.name, bytes: file.size, sent: 0, state: "preparing", problem: null });
    return id;
  });
  const before = lastPicked.get(roomId) ?? Promise.resolve();
  const these = before.then(async () => {
    for (const id of jobs) await upload(roomId, id);
  });
  lastPicked.set(roomId, these);
  await these;
}

export async function retryUpload(id: string): Promise<void> {
  const upload_ = uploads.value.find((one) => one.id === id);
  const job = running.get(id);
  if (!upload_ || !job) return;
  job.abort = new AbortController();
  await upload(upload_.room, id);
}

export function cancelUpload(id: string): void {
  running.get(id)?.abort.abort();
  running.delete(id);
  uploads.value = uploads.value.filter((one) => one.id !== id);
}

async function upload(roomId: string, id: string): Promise<void> {
  const job = running.get(id);
  if (!job) return;
  try {
    change(id, { state: "sending", sent: 0, problem: null });
    const content = job.as === "photo" ? await photo(id, job.file, job.abort) : await anyFile(id, job.file, job.abort);
    if (!running.has(id)) return; // canceled meanwhile
    cancelUpload(id);
    await send(roomId, content);
  } catch (error) {
    if (running.has(id)) change(id, { state: "failed", problem: problemOf(error) });
  }
}

async function photo(id: string, file: File, abort: AbortController): Promise<Content> {
  // An animated picture would stand still if it were drawn anew.
  const drawn = file.type === "image/gif" ? null : await redrawn(file, PHOTO_EDGE, 0.88);
  const preview = await redrawn(file, PREVIEW_EDGE, 0.75);
  if (!preview) return anyFile(id, file, abort);
  const blob = drawn?.blob ?? file;
  const name = drawn ? file.name.replace(/\.[^.]*$/, "") + ".jpg" : file.name;
  const thumbnail = await put(id, preview.blob, abort, 0);
  const whole = await put(id, blob, abort, 1);
  return {
    msgtype: MsgType.Image,
    body: name,
    filename: name,
    file: whole,
    info: {
      mimetype: drawn ? "image/jpeg" : file.type,
      size: blob.size,
      w: drawn?.width ?? preview.width,
      h: drawn?.height ?? preview.height,
      thumbnail_file: thumbnail,
      thumbnail_info: { mimetype: "image/jpeg", size: preview.blob.size, w: preview.width, h: preview.height },
    },
  };
}

async function anyFile(id: string, file: File, abort: AbortController): Promise<Content> {
  return {
    msgtype: MsgType.File,
    body: file.name,
    filename: file.name,
    file: await put(id, file, abort, 1),
    info: { mimetype: file.type || "application/octet-stream", size: file.size },
  };
}

/** Puts ciphertext on the server; `weight` says whether its progress is the one to show. */
async function put(id: string, plain: Blob, abort: AbortController, weight: 0 | 1) {
  const { sealed, describe } = await encrypted(await plain.arrayBuffer());
  const { content_uri } = await client().uploadContent(sealed, {
    includeFilename: false,
    type: "application/octet-stream",
    abortController: abort,
    progressHandler: ({ loaded, total }) => {
      if (weight === 1 && total > 0) change(id, { sent: loaded / total });
    },
  });
  return describe(content_uri);
}

function change(id: string, changed: Partial<Upload>): void {
  const known = uploads.value.find((one) => one.id === id);
  if (known) uploads.value = uploads.value.map((one) => (one.id === id ? { ...one, ...changed } : one));
  else if (changed.room !== undefined) uploads.value = [...uploads.value, changed as Upload];
}
