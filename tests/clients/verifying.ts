/** Emoji verification as two people do it: both compare, both say that they match. */
import type { MatrixClient } from "matrix-js-sdk";
import {
  CryptoEvent,
  VerificationPhase,
  type VerificationRequest,
  type Verifier,
} from "matrix-js-sdk/lib/crypto-api/index.js";

const LOOK_AGAIN = 50;

export async function nextRequest(client: MatrixClient): Promise<VerificationRequest> {
  return new Promise((resolve) =>
    client.once(CryptoEvent.VerificationRequestReceived, (request: VerificationRequest) => resolve(request)),
  );
}

export async function agreeOnEmoji(request: VerificationRequest, role: "starting" | "answering"): Promise<string[]> {
  await reaches(request, role === "starting" ? VerificationPhase.Ready : VerificationPhase.Started);
  const verifier = role === "starting" ? await request.startVerification("m.sas.v1") : request.verifier;
  if (!verifier) throw new Error("the verification has no verifier");
  const done = reaches(request, VerificationPhase.Done);
  const compared = compare(verifier);
  // What it tells may come before anyone listens, so the request's own state is what counts.
  await Promise.race([verifier.verify(), done]);
  const emoji = await compared;
  await done;
  return emoji;
}

async function compare(verifier: Verifier): Promise<string[]> {
  const shown = await until(() => verifier.getShowSasCallbacks());
  await shown.confirm();
  return (shown.sas.emoji ?? []).map(([picture]) => picture);
}

async function reaches(request: VerificationRequest, phase: VerificationPhase): Promise<void> {
  await until(() => {
    if (request.phase === VerificationPhase.Cancelled) throw new Error(`cancelled: ${request.cancellationCode}`);
    return request.phase >= phase ? request : null;
  });
}

async function until<T>(look: () => T | null): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
}
