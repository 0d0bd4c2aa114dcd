/**
 * The service worker: opens the messenger without a connection. It keeps files of the messenger alone; what the server
 * says about chats and channels never goes through it.
 */
/// <reference lib="webworker" />
export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in place of this name by the build: every file that this version is made of. */
declare const BUILT_FILES: readonly string[];

const KEPT = "jaga";
const PAGE = "/app/";
/** What readers need; the rest is the encryption's. */
const FIRST = BUILT_FILES.filter((name) => /\/index-[^/]+\.(?:js|css)$/.test(name));
const ENCRYPTION = /\/assets\/engine-[^/]+\.js$/;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !pathname.startsWith(PAGE)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (BUILT_FILES.includes(pathname)) event.respondWith(file(request));
});

/** Whoever had the encryption of the version before gets all of this one, so that it opens without a connection too. */
async function install(): Promise<void> {
  const kept = await caches.open(KEPT);
  const known = new Set((await kept.keys()).map(({ url }) => new URL(url).pathname));
  const wanted = [...known].some((name) => ENCRYPTION.test(name)) ? BUILT_FILES : FIRST;
  await kept.addAll([PAGE, ...wanted.filter((name) => !known.has(name))]);
}

// An update waits until the person takes it: files of the version that is open must not vanish under it.
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(String((event.notification.data as { address?: string } | null)?.address ?? "")));
});

/** The messenger that is open, at the chat that was told of. */
async function show(address: string): Promise<void> {
  const [open] = await self.clients.matchAll({ type: "window" });
  if (!open) return void (await self.clients.openWindow(PAGE + address));
  await open.focus();
  open.postMessage({ go: address });
}

/** Files of earlier versions go. */
async function tidy(): Promise<void> {
  const kept = await caches.open(KEPT);
  const wanted = new Set([PAGE, ...BUILT_FILES]);
  const known = await kept.keys();
  await Promise.all(known.filter(({ url }) => !wanted.has(new URL(url).pathname)).map((one) => kept.delete(one)));
}

/** The newest page there is; without a connection the one that was kept. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

/** A file's name says its content, so a kept one is right. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.open(KEPT);
  const known = await kept.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request.url, answer.clone());
  return answer;
}
