/** The one client of this browser: made, started, stopped. Two of them on one store would spoil the keys, hence the lock. */
import {
  ClientEvent,
  createClient,
  EventType,
  IndexedDBStore,
  MatrixEvent,
  type MatrixClient,
  MatrixScheduler,
  PendingEventOrdering,
  SyncState,
} from "matrix-js-sdk/lib/matrix";
import type { Logger } from "matrix-js-sdk/lib/logger";
import { isPassing } from "./problems";
import { connection, session } from "./state";
import type { StoredSession } from "./stored";

const LOCK = "jaga-messenger";
const LONGEST_WAIT = 4_000;
const asks = new BroadcastChannel("jaga-messenger");
let current: MatrixClient | undefined;
let release: (() => void) | undefined;

/** The recovery key's bytes while they are needed; never stored. */
export const secretKey: { bytes: Uint8Array<ArrayBuffer> | null } = { bytes: null };

export function client(): MatrixClient {
  if (!current) throw new Error("nobody is signed in");
  return current;
}

export function signedInClient(): MatrixClient | undefined {
  return current;
}

// The library asks a state event that it could not decrypt for its decrypted key, finds none, and so can never decrypt
// it later (43.0.0, `RustCrypto.decryptEvent`). The key it came with is meant.
const keyOf = MatrixEvent.prototype.getStateKey;
MatrixEvent.prototype.getStateKey = function (this: MatrixEvent) {
  return keyOf.call(this) ?? this.getWireStateKey();
};

/** Takes the lock, or says that another tab has it. */
export async function takeLock(patience = 0): Promise<boolean> {
  if (release) return true;
  return new Promise((taken) => {
    const give = new AbortController();
    if (patience > 0) setTimeout(() => give.abort(), patience);
    navigator.locks
      .request(LOCK, patience > 0 ? { signal: give.signal } : { ifAvailable: true }, async (lock) => {
        if (!lock) return taken(false);
        taken(true);
        await new Promise<void>((resolve) => (release = resolve));
      })
      .catch(() => taken(false));
  });
}

function giveLock(): void {
  release?.();
  release = undefined;
}

/** Asks the other tab to stop, and takes its place. */
export async function takeOver(): Promise<boolean> {
  asks.postMessage("stop");
  return takeLock(5000);
}

asks.onmessage = () => {
  if (!release) return;
  stop();
  session.value = { state: "elsewhere" };
};

/** Each sign-in has stores of its own: those of an ended session would not fit the next one's keys. */
export function prefixOf({ userId, deviceId }: Pick<StoredSession, "userId" | "deviceId">): string {
  return `jaga:${userId}:${deviceId}`;
}

export async function make(stored: StoredSession): Promise<MatrixClient> {
  const store = new IndexedDBStore({ indexedDB, localStorage, dbName: prefixOf(stored) });
  const made = createClient({
    baseUrl: location.origin,
    ...stored,
    store,
    logger: quiet,
    scheduler: new MatrixScheduler(waitAfter, queueOf),
    disableVoip: true,
    enableEncryptedStateEvents: true,
    verificationMethods: ["m.sas.v1"],
    cryptoCallbacks: {
      getSecretStorageKey: async ({ keys }) => {
        const id = Object.keys(keys)[0];
        return id !== undefined && secretKey.bytes ? [id, secretKey.bytes] : null;
      },
      cacheSecretStorageKey: (_id, _info, key) => {
        secretKey.bytes = key;
      },
    },
  });
  // A store that cannot be opened must not keep anybody out: then this visit works from memory.
  await store.startup().catch(() => undefined);
  await made.initRustCrypto({ cryptoDatabasePrefix: prefixOf(stored) });
  current = made;
  return made;
}

/** What the connection or the server cannot do now is tried again until it can; a refusal is one at once. Milliseconds. */
function waitAfter(event: MatrixEvent, attempts: number, error: unknown): number {
  if (!isPassing(error) || !current?.getRoom(event.getRoomId())) return -1;
  return Math.min(250 * 2 ** attempts, LONGEST_WAIT);
}

/** The messages of a room go one after the other, so that they arrive in the order in which they were written. */
function queueOf(event: MatrixEvent): string | null {
  return event.getType() === EventType.RoomMessage || event.hasAssociation() ? (event.getRoomId() ?? null) : null;
}

/** Writes down what the sync brought, so that it can be read without a connection. */
function keepWhenHidden(made: MatrixClient): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && current === made) void made.store.save(true)?.catch(() => undefined);
  });
}

/** Starts to synchronize; resolves after the first answer. */
export async function start(made: MatrixClient, cameBack: () => void): Promise<void> {
  const first = new Promise<void>((resolve) => {
    made.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared || state === SyncState.Syncing) resolve();
      const before = connection.value;
      connection.value = state === SyncState.Error || state === SyncState.Reconnecting ? "offline" : "online";
      if (before === "offline" && connection.value === "online") cameBack();
    });
  });
  keepWhenHidden(made);
  addEventListener("offline", () => (connection.value = "offline"));
  addEventListener("online", () => {
    connection.value = "online";
    made.retryImmediately();
    cameBack();
  });
  await made.startClient({
    initialSyncLimit: 20,
    lazyLoadMembers: true,
    pendingEventOrdering: PendingEventOrdering.Detached,
    disablePresence: true,
  });
  await first;
}

export function stop(): void {
  current?.stopClient();
  current = undefined;
  secretKey.bytes = null;
  giveLock();
}

/** The library tells much; nothing of it is for the console of a person's browser. */
const silent = () => undefined;
const quiet: Logger = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  getChild: () => quiet,
};
