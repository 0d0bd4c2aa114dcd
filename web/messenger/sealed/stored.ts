/** The session that this browser keeps between visits. */
const KEY = "jaga.session";
const PENDING = "jaga.recovery-pending";
const UNFINISHED = "jaga.keys-unfinished";

export interface StoredSession {
  userId: string;
  deviceId: string;
  accessToken: string;
  /** The device's public key. A store that was lost and made anew has another, which the others would not accept. */
  identity?: string;
}

export function storedSession(): StoredSession | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

export function hasStoredSession(): boolean {
  return storedSession() !== null;
}

export function keepSession(session: StoredSession): void {
  localStorage.setItem(KEY, JSON.stringify(session));
}

export function forgetSession(): void {
  localStorage.removeItem(KEY);
  localStorage.removeItem(PENDING);
  localStorage.removeItem(UNFINISHED);
}

/** Whether a recovery key was made that its owner has not said to have kept. */
export const recoveryPending = flag(PENDING);
/** Whether a sign-in has not come to its end: the account may have no keys yet, or nobody may have seen its recovery key. */
export const keysUnfinished = flag(UNFINISHED);

function flag(name: string) {
  return {
    get: () => localStorage.getItem(name) !== null,
    set: () => localStorage.setItem(name, "1"),
    clear: () => localStorage.removeItem(name),
  };
}

function isSession(value: unknown): value is StoredSession {
  return (
    typeof value === "object" &&
    value !== null &&
    ["userId", "deviceId", "accessToken"].every((name) => typeof (value as Record<string, unknown>)[name] === "string") &&
    ["string", "undefined"].includes(typeof (value as Record<string, unknown>)["identity"])
  );
}
