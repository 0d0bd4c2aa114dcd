/** The session that this browser keeps between visits. */
const KEY = "jaga.session";
const PENDING = "jaga.recovery-pending";

export interface StoredSession {
  userId: string;
  deviceId: string;
  accessToken: string;
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
}

/** Whether a recovery key was made that its owner has not said to have kept. */
export const recoveryPending = {
  get: () => localStorage.getItem(PENDING) !== null,
  set: () => localStorage.setItem(PENDING, "1"),
  clear: () => localStorage.removeItem(PENDING),
};

function isSession(value: unknown): value is StoredSession {
  return (
    typeof value === "object" &&
    value !== null &&
    ["userId", "deviceId", "accessToken"].every((name) => typeof (value as Record<string, unknown>)[name] === "string")
  );
}
