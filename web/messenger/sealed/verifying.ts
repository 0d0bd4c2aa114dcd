/** Comparing emoji: two people, or two devices of one, make sure that nobody stands between them. */
import type { MatrixClient } from "matrix-js-sdk/lib/matrix";
import {
  CryptoEvent,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api";
import { cryptoOf } from "./account";
import { client } from "./client";
import type { Person } from "./model";
import { shownName } from "./names";
import { said } from "./problems";
import { verification } from "./state";

let request: VerificationRequest | undefined;
let sas: ShowSasCallbacks | undefined;

export function attend(made: MatrixClient): void {
  made.on(CryptoEvent.VerificationRequestReceived, (received) => {
    if (request?.pending) return; // one at a time
    follow(received);
  });
}

export async function verifyPerson(id: string, roomId: string): Promise<void> {
  await said(cryptoOf(client()).requestVerificationDM(id, roomId).then(follow));
}

export async function verifyOwnDevices(): Promise<void> {
  await said(cryptoOf(client()).requestOwnUserVerification().then(follow));
}

export async function acceptVerification(): Promise<void> {
  await said(Promise.resolve(request?.accept()));
}

export async function cancelVerification(): Promise<void> {
  await request?.cancel().catch(() => undefined);
  verification.value = { state: "none" };
}

export async function emojiMatch(): Promise<void> {
  if (!request || !sas) return;
  verification.value = { state: "confirming", with: other(request) };
  await sas.confirm();
}

export function emojiDiffer(): void {
  if (!request || !sas) return;
  sas.mismatch();
  verification.value = { state: "cancelled", with: other(request), mismatch: true };
}

export function closeVerification(): void {
  verification.value = { state: "none" };
}

function follow(started: VerificationRequest): void {
  request = started;
  sas = undefined;
  let verifying = false;
  const look = () => {
    if (request !== started) return;
    const person = other(started);
    switch (started.phase) {
      case VerificationPhase.Unsent:
      case VerificationPhase.Requested:
        verification.value = started.initiatedByMe
          ? { state: "waiting", for: person, own: started.isSelfVerification }
          : { state: "asked", by: person, own: started.isSelfVerification };
        return;
      case VerificationPhase.Ready:
        verification.value = { state: "waiting", for: person, own: started.isSelfVerification };
        // Who asked also starts, so that both do not start at once.
        if (started.initiatedByMe && !verifying) {
          verifying = true;
          void started.startVerification("m.sas.v1").catch(() => undefined);
        }
        return;
      case VerificationPhase.Started:
        if (started.verifier) compare(started, person);
        return;
      case VerificationPhase.Done:
        verification.value = { state: "done", with: person };
        return;
      case VerificationPhase.Cancelled:
        if (verification.value.state !== "none") verification.value = { state: "cancelled", with: person, mismatch: started.cancellationCode === "m.mismatched_sas" };
        return;
    }
  };
  started.on(VerificationRequestEvent.Change, look);
  look();
}

const compared = new WeakSet<object>();

function compare(started: VerificationRequest, person: Person): void {
  const verifier = started.verifier;
  if (!verifier || compared.has(verifier)) return;
  compared.add(verifier);
  const show = (callbacks: ShowSasCallbacks) => {
    sas = callbacks;
    verification.value = { state: "compare", with: person, emoji: (callbacks.sas.emoji ?? []).map(([symbol, name]) => ({ symbol, name })) };
  };
  verifier.on(VerifierEvent.ShowSas, show);
  const ready = verifier.getShowSasCallbacks();
  if (ready) show(ready);
  void verifier.verify().catch(() => undefined); // its end is told by the request's phase
}

function other(started: VerificationRequest): Person {
  const id = started.otherUserId;
  return { id, name: shownName(id, client().getUser(id)?.displayName) };
}
