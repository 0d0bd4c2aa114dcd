/** What this browser keeps for the sealed side: whether there is room for it, and how to drop it. */

/** As much noise as `crypto` gives at a time, in bytes. */
const PIECE = 65_536;
/** In such pieces: more than a key or a message needs, and more than the stores of a new device. */
const ROOM = { message: 1, device: 32 };
/** What the library waits to send, as ciphertext of the device that was here. */
const PENDING = "mx_pending_events_";
const PROBE = "jaga-room";
const OURS = "jaga:@";

/**
 * Whether the browser refuses to store as much more. It says so only when something is written; what
 * `navigator.storage` tells is rounded on purpose.
 */
export async function isFull(need: keyof typeof ROOM = "message"): Promise<boolean> {
  try {
    const database = await opened(PROBE);
    try {
      await written(database, ROOM[need]);
    } finally {
      database.close();
      indexedDB.deleteDatabase(PROBE);
    }
    return false;
  } catch (error) {
    return error instanceof DOMException && (error.name === "QuotaExceededError" || error.name === "AbortError");
  }
}

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("bytes");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error as DOMException);
  });
}

function written(database: IDBDatabase, pieces: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("bytes", "readwrite");
    const store = transaction.objectStore("bytes");
    for (let at = 0; at < pieces; at += 1) store.put(crypto.getRandomValues(new Uint8Array(PIECE)), at); // equal bytes would be packed
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error as DOMException);
  });
}

/** Whether the library's crypto failed because its store did (`CryptoStoreError` of matrix-sdk-crypto). */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof Error && error.message.includes("crypto store");
}

/**
 * IndexedDB for the library's store of chats. A full disk ends a transaction by `abort` alone, which that store does not
 * listen to (43.0.0, `txnAsPromise`): it would wait, and the sync with it, for ever.
 */
export const abortsAreErrors: IDBFactory = new Proxy(indexedDB, {
  get(factory, name) {
    const value: unknown = Reflect.get(factory, name);
    if (name !== "open") return typeof value === "function" ? value.bind(factory) : value;
    return (...given: Parameters<IDBFactory["open"]>) => {
      const asked = factory.open(...given);
      asked.addEventListener("success", () => tellAborts(asked.result));
      return asked;
    };
  },
});

function tellAborts(database: IDBDatabase): void {
  const begin = database.transaction.bind(database);
  database.transaction = (...given) => {
    const transaction = begin(...given);
    transaction.addEventListener("abort", (event) => transaction.onerror?.(event));
    return transaction;
  };
}

/** Drops every store of ours. What still has one open keeps it until it is closed. */
export async function dropDatabases(): Promise<void> {
  // The next one here may be somebody else, in the same chats: nobody could read what their device sent of this one.
  for (const name of Object.keys(localStorage)) if (name.startsWith(PENDING)) localStorage.removeItem(name);
  for (const { name } of await indexedDB.databases()) if (name?.includes(OURS)) indexedDB.deleteDatabase(name);
}
