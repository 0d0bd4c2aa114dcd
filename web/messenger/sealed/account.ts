/** Signing in and out, the recovery key, and reading on a new device what was written before. */
import { ClientEvent, createClient, HttpApiEvent, MatrixError, type MatrixClient, SyncState, type UIAuthCallback } from "matrix-js-sdk/lib/matrix";
import { CryptoEvent, decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api";
import { lookAtBacklogs } from "./backlog";
import { client, letGo, make, secretKey, signedInClient, start, stop, takeLock, takeOver } from "./client";
import type { Text } from "./model";
import { shownName } from "./names";
import { isRemote, otherTabSilent, problemOf, refusedPassword, said, signedOutElsewhere, signInAgain, signInToFinish, storageFull } from "./problems";
import { sendKept, sendWaiting } from "./sending";
import { recovery, session } from "./state";
import { dropDatabases, isFull } from "./storage";
import { forgetSession, keepSession, keysUnfinished, recoveryPending, storedSession, type StoredSession } from "./stored";
import { forgetUnsent } from "./unsent";
import { forget, watch } from "./watching";

export type SignedIn = { ok: true } | { ok: false; problem: Text };

/** Whether a device can be set up in this browser; asked before anything is made on the server. */
export async function canBegin(): Promise<SignedIn> {
  return (await isFull("device")) ? { ok: false, problem: storageFull } : { ok: true };
}

/** Signs in with a password. An account that has no keys yet gets them, and its recovery key is shown. */
export async function signIn(name: string, password: string): Promise<SignedIn> {
  if (!(await takeLock())) {
    session.value = { state: "elsewhere" };
    return { ok: true };
  }
  let stored: StoredSession;
  try {
    keysUnfinished.set(); // first of all: without room for this there is none for the session either
    const possible = await canBegin();
    if (!possible.ok) {
      giveUp();
      return possible;
    }
    await dropDatabases(); // of a session that ended while something still had them open
    const answer = await createClient({ baseUrl: location.origin }).loginRequest({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: name.trim().toLowerCase() },
      password,
      initial_device_display_name: deviceName(),
    });
    stored = { userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token };
    keepSession(stored);
  } catch (error) {
    giveUp();
    return { ok: false, problem: problemOf(error) };
  }
  return begin(stored, password);
}

/** Before anything was made here. */
function giveUp(): void {
  forgetSession();
  stop();
}

/** Continues the session that this browser holds. */
export async function resume(): Promise<void> {
  const stored = storedSession();
  if (!stored) {
    session.value = { state: "signed-out" };
  } else if (!(await takeLock())) {
    session.value = { state: "elsewhere" };
  } else {
    await begin(stored, null);
  }
}

/** Makes this tab the one that is open. */
export async function useHere(): Promise<void> {
  if (await takeOver()) await resume();
  else session.value = { state: "elsewhere", problem: otherTabSilent };
}

async function begin(stored: StoredSession, password: string | null): Promise<SignedIn> {
  try {
    session.value = { state: "preparing", step: "store" };
    const made = await make(stored);
    // What a stopped client still hears is of a session before, and must not end the one that follows.
    const mine = (act: () => Promise<void>) => () => {
      if (signedInClient() === made) letGo(act());
    };
    made.on(HttpApiEvent.SessionLoggedOut, mine(signedOut));
    session.value = { state: "preparing", step: "first-sync" };
    watch(made);
    const reached = () => {
      letGo(sendWaiting());
      letGo(lookAtRecovery());
    };
    made.on(ClientEvent.Sync, (state) => {
      if (state !== SyncState.Syncing) return;
      letGo(sendKept()); // not sooner: now it is known that its room is sealed
      letGo(lookAtBacklogs());
    });
    await start(made, reached, mine(() => cannotGoOn()));
    if (!(await settleKeys(made, password))) {
      await leave(stored, signInToFinish);
      return { ok: false, problem: signInToFinish };
    }
    await lookAtRecovery();
    made.on(CryptoEvent.KeysChanged, () => letGo(lookAtRecovery()));
    made.on(CryptoEvent.KeyBackupStatus, () => letGo(lookAtRecovery()));
    made.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.megolm_backup.v1") letGo(lookAtRecovery()); // the last that a recovery key comes to hold
    });
    return { ok: true };
  } catch (error) {
    const problem = problemOf(error);
    const gone = error instanceof MatrixError && error.errcode === "M_UNKNOWN_TOKEN";
    if (gone) await signedOut();
    else if (password !== null && isRemote(error) && !recoveryPending.get()) await leave(stored, problem);
    else await cannotGoOn(isRemote(error) ? "connection" : "store");
    return { ok: false, problem };
  }
}

/** Stops where it is: what came and could not be kept is still on the server, and what was written stays here. */
async function cannotGoOn(because: "store" | "connection" = "store"): Promise<void> {
  stop();
  session.value = { state: "broken", because: because === "store" && (await isFull()) ? "full" : because };
}

function ready(made: MatrixClient): void {
  const id = made.getSafeUserId();
  const name = shownName(id, made.getUser(id)?.displayName);
  session.value = { state: "ready", me: { id, name }, device: made.getDeviceId() ?? "", server: made.getDomain() ?? "" };
}

/**
 * Makes what an account lacks: its keys, for which its password is needed, and a recovery key that somebody has kept.
 * Whether that could be done. Where a tab was closed in the middle of it, the next visit goes on here.
 */
async function settleKeys(made: MatrixClient, password: string | null): Promise<boolean> {
  if (!keysUnfinished.get() && !recoveryPending.get()) {
    ready(made);
    return true;
  }
  const crypto = cryptoOf(made);
  const me = made.getSafeUserId();
  // What this device knows itself may never have reached the server.
  const published = Object.values((await made.downloadKeysForUsers([me])).master_keys?.[me]?.keys ?? {})[0];
  if (published === undefined && password === null) return false;
  if (published === undefined) {
    session.value = { state: "preparing", step: "keys" };
    recoveryPending.set();
    await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: withPassword(me, password ?? "") });
    await newRecoveryKey();
  } else if ((await crypto.getCrossSigningKeyId()) === published) await newRecoveryKey();
  else {
    recoveryPending.clear();
    ready(made); // they were made on another device, and the recovery key opens them
  }
  keysUnfinished.clear();
  return true;
}

/** Makes another recovery key; the one before opens nothing from then on. Where it stops, the next visit goes on. */
export async function anotherRecoveryKey(): Promise<void> {
  await said(newRecoveryKey());
}

async function newRecoveryKey(): Promise<void> {
  const crypto = cryptoOf(client());
  const key = await crypto.createRecoveryKeyFromPassphrase();
  recoveryPending.set();
  await crypto.checkKeyBackupAndEnable(); // just begun, it does not know yet that there is one
  await crypto.bootstrapSecretStorage({
    createSecretStorageKey: async () => key,
    setupNewSecretStorage: true,
    setupNewKeyBackup: (await crypto.getActiveSessionBackupVersion()) === null,
  });
  session.value = { state: "recovery-key", key: key.encodedPrivateKey ?? "" };
}

/** The member says that the recovery key is kept. */
export function recoveryKeyKept(): void {
  recoveryPending.clear();
  secretKey.bytes = null;
  ready(client());
}

export type Recovered = { ok: true; messages: number } | { ok: false; because: "malformed" | "wrong" | "other" };

/** Opens the history on this device, and lets the account vouch for it. */
export async function recover(typed: string): Promise<Recovered> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(decodeRecoveryKey(typed.trim()));
  } catch {
    return { ok: false, because: "malformed" };
  }
  const made = client();
  const crypto = cryptoOf(made);
  const known = await made.secretStorage.getKey();
  if (!known || !(await made.secretStorage.checkKey(bytes, known[1]))) return { ok: false, because: "wrong" };
  secretKey.bytes = bytes;
  try {
    await crypto.bootstrapCrossSigning({});
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    await crypto.checkKeyBackupAndEnable();
    const { imported, total } = await crypto.restoreKeyBackup();
    await lookAtRecovery();
    return imported < total ? { ok: false, because: "other" } : { ok: true, messages: imported };
  } catch {
    return { ok: false, because: "other" };
  } finally {
    secretKey.bytes = null;
  }
}

/** For those who lost the recovery key: new keys. What was encrypted for the old ones stays closed on this device. */
export async function startAfresh(password: string): Promise<SignedIn> {
  const made = client();
  const authorized = withPassword(made.getSafeUserId(), password);
  try {
    // The library drops the backup before it asks the server for new keys, so a mistyped password would be found too late.
    await authorized(async (auth) => void (await made.deleteMultipleDevices([], auth ?? undefined)));
    recoveryPending.set();
    await cryptoOf(made).resetEncryption(authorized);
    await newRecoveryKey();
    await lookAtRecovery();
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: refusedPassword(error) };
  }
}

/** Without a connection it stays as it was; it is asked again when there is one. */
export async function lookAtRecovery(): Promise<void> {
  const made = client();
  try {
    const crypto = cryptoOf(made);
    const [signing, backup, status] = await Promise.all([crypto.isCrossSigningReady(), crypto.getSessionBackupPrivateKey(), crypto.getCrossSigningStatus()]);
    recovery.value = signing && backup !== null ? "complete" : status.privateKeysInSecretStorage ? "needed" : "missing";
  } catch (error) {
    if (!isRemote(error) && signedInClient() === made) throw error; // else it was stopped meanwhile
  }
}

/** Ends this device's session and forgets all it knew. */
export async function signOut(): Promise<void> {
  const user = client().getSafeUserId();
  await client().logout(true).catch(() => undefined);
  await dropStore();
  forgetUnsent(user);
  location.reload(); // nothing of it stays in memory either
}

async function signedOut(): Promise<void> {
  if (!storedSession()) return;
  await dropStore();
  session.value = { state: "signed-out", problem: signedOutElsewhere };
}

/** Gives up what this browser holds of a damaged store. The recovery key opens the history on the device made next. */
export async function startOver(): Promise<void> {
  const stored = storedSession();
  if (stored) await leave(stored, signInAgain);
  else await dropStore();
}

/** Ends a session that cannot be continued, on the server too, so that no dead device stays in the list. */
async function leave(stored: StoredSession, problem: Text): Promise<void> {
  const { accessToken } = stored;
  void createClient({ baseUrl: location.origin, accessToken }).logout().catch(() => undefined);
  await dropStore();
  session.value = { state: "signed-out", problem };
}

/** Drops what this browser holds. The recovery key still opens the history. */
async function dropStore(): Promise<void> {
  forgetSession();
  stop();
  forget();
  session.value = { state: "signed-out" };
  await dropDatabases();
}

function withPassword(user: string, password: string): UIAuthCallback<void> {
  return async (request) => {
    try {
      await request(null);
    } catch (error) {
      if (!(error instanceof MatrixError) || error.httpStatus !== 401) throw error;
      await request({
        type: "m.login.password",
        identifier: { type: "m.id.user", user },
        password,
        session: error.data["session"],
      });
    }
  };
}

export function cryptoOf(made: MatrixClient) {
  const crypto = made.getCrypto();
  if (!crypto) throw new Error("encryption has not been started");
  return crypto;
}

function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Firefox/.test(agent) ? "Firefox" : /Edg\//.test(agent) ? "Edge" : /Chrom/.test(agent) ? "Chrome" : /Safari/.test(agent) ? "Safari" : "Web";
  const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Windows/.test(agent) ? "Windows" : /Mac/.test(agent) ? "macOS" : "Linux";
  return `Jaga (${browser}, ${system})`;
}
