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
  type Room,
  SyncState,
} from "matrix-js-sdk/lib/matrix";
import type { Logger } from "matrix-js-sdk/lib/logger";
import { doubtCopy } from "./cache";
import { recordedFetch } from "./recorded";
import { isPassing } from "./problems";
import { connection, session } from "./state";
import { abortsAreErrors, isStoreFailure } from "./storage";
import { keepSession, type StoredSession } from "./stored";

const LOCK = "jaga-messenger";
/** Milliseconds. */
const LONGEST_WAIT = 4_000;
const LONGEST_UNTIL_BACKUP = 1_000;
const asks = new BroadcastChannel("jaga-messenger");
let current: MatrixClient | undefined;
let release: (() => void) | undefined;

/** The recovery key's bytes while they are needed; never stored. */
export const secretKey: { bytes: Uint8Array<ArrayBuffer> | null } = { bytes: null };

/** For what screens read: they may still stand there for a moment when the client has been stopped. */
export function roomOf(id: string): Room | null {
  return current?.getRoom(id) ?? null;
}

class NobodySignedIn extends Error {}

export function client(): MatrixClient {
  if (!current) throw new NobodySignedIn("nobody is signed in");
  return current;
}

/** Lets something go on by itself. Once its client has been stopped, how it ends is nobody's concern. */
export function letGo(doing: Promise<unknown>): void {
  const made = current;
  doing.catch((error: unknown) => {
    if (current === made && !(error instanceof NobodySignedIn)) throw error;
  });
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

/** Raises what the library raises, and an `Error` when the store is not the one that this session was begun with. */
export async function make(stored: StoredSession): Promise<MatrixClient> {
  const made = await withCopy(stored);
  try {
    await made.initRustCrypto({ cryptoDatabasePrefix: prefixOf(stored) });
    backUpSoon(made);
    await recognize(made, stored);
  } catch (error) {
    await made.getCrypto()?.checkKeyBackupAndEnable().catch(() => null); // under way by itself, and not to be cut off
    made.stopClient();
    await made.store.destroy();
    throw error;
  }
  current = made;
  return made;
}

/** A copy of the chats that cannot be opened is dropped for a new one; without any the visit works from memory. */
async function withCopy(stored: StoredSession): Promise<MatrixClient> {
  const made = clientOf(stored);
  try {
    await made.store.startup();
    return made;
  } catch {
    await made.store.deleteAllData();
    const again = clientOf(stored);
    await again.store.startup().catch(() => undefined);
    return again;
  }
}

function clientOf(stored: StoredSession): MatrixClient {
  const store = new IndexedDBStore({ indexedDB: abortsAreErrors, localStorage, dbName: prefixOf(stored) });
  return createClient({
    baseUrl: location.origin,
    fetchFn: recordedFetch,
    userId: stored.userId,
    deviceId: stored.deviceId,
    accessToken: stored.accessToken,
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
}

/**
 * A new key is in the backup within a second instead of ten: until it is there, only this browser can read what was
 * written with it. The little that remains keeps the members of a large group from coming all at once.
 */
function backUpSoon(made: MatrixClient): void {
  const { backupManager } = made.getCrypto() as unknown as { backupManager: object };
  Object.assign(backupManager.constructor, { maxBackupLoopStartDelayMillis: LONGEST_UNTIL_BACKUP });
}

/** A store that was emptied is made anew by the library, with keys under which nobody knows this device. */
async function recognize(made: MatrixClient, stored: StoredSession): Promise<void> {
  const identity = (await made.getCrypto()?.getOwnDeviceKeys())?.ed25519;
  if (identity === undefined || (stored.identity ?? identity) !== identity) throw new Error("the keys of this device are gone");
  if (!stored.identity) keepSession({ ...stored, identity });
}

/**
 * The library goes on to the next part of the sync even when its store could not keep the keys that this part brought,
 * and then the server forgets them too (43.0.0, `processSyncCryptoChanges`). Here that part is never over: whoever
 * starts again is given it again.
 */
function neverPassOver(made: MatrixClient, failed: () => void): void {
  const crypto = made.getCrypto() as unknown as { processSyncChanges: (changes: unknown) => Promise<unknown> };
  const process = crypto.processSyncChanges.bind(crypto);
  crypto.processSyncChanges = async (changes) => {
    try {
      return await process(changes);
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      failed();
      return new Promise(() => undefined);
    }
  };
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

/**
 * Starts to synchronize; resolves after the first answer, which may be that of an earlier visit. `reached`: the server
 * answers, for the first time or again. `failed`: the store of the keys can no longer be used.
 */
export async function start(made: MatrixClient, reached: () => void, failed: () => void): Promise<void> {
  neverPassOver(made, failed);
  await doubtCopy(made);
  let answers = false;
  const first = new Promise<void>((resolve) => {
    made.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared || state === SyncState.Syncing) resolve();
      const lost = state === SyncState.Error || state === SyncState.Reconnecting;
      connection.value = lost ? "offline" : "online";
      if (state === SyncState.Syncing && !answers) reached();
      answers = lost ? false : answers || state === SyncState.Syncing;
    });
  });
  keepWhenHidden(made);
  addEventListener("offline", () => (connection.value = "offline"));
  addEventListener("online", () => {
    connection.value = "online";
    made.retryImmediately();
    reached();
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
