/**
 * The sealed side, as the rest of the messenger sees it: signals to read, and `sealed()` for what can be done.
 *
 * The library and its WebAssembly are loaded on first use, so that readers of channels never fetch them.
 */
import { hasStoredSession } from "./stored";
import { session } from "./state";

export type * from "./model";
export * from "./lines";
export * from "./markup";
export * from "./state";

export type Sealed = typeof import("./engine");

let loading: Promise<Sealed> | undefined;
let loaded: Sealed | undefined;

/** Raises what the browser raises when a part of this version can no longer be fetched. */
export async function load(): Promise<Sealed> {
  loading ??= import("./engine");
  try {
    return (loaded = await loading);
  } catch (error) {
    loading = undefined; // the next try may find it
    throw error;
  }
}

/** What can be done; only to be asked for once somebody is signed in. */
export function sealed(): Sealed {
  if (!loaded) throw new Error("the sealed side has not been loaded");
  return loaded;
}

/** Resumes the session this browser holds, if any. */
export async function resume(): Promise<void> {
  if (!hasStoredSession()) {
    session.value = { state: "signed-out" };
    return;
  }
  try {
    await load();
  } catch {
    session.value = { state: "broken", because: "parts" };
    return;
  }
  await sealed().resume();
}
