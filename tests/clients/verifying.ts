/** Emoji verification as two people do it: both compare, both say that they match. */
import type { MatrixClient } from "matrix-js-sdk";
import {
  CryptoEvent,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";

export async function nextRequest(client: MatrixClient): Promise<VerificationRequest> {
  return new Promise((resolve) =>
    client.once(CryptoEvent.VerificationRequestReceived, (request: VerificationRequest) => resolve(request)),
  );
}

export async function agreeOnEmoji(request: VerificationRequest, role: "starting" | "answering"): Promise<string[]> {
  await reaches(request, role === "starting" ? VerificationPhase.Ready : VerificationPhase.Started);
  const verifier = role === "starting" ? await request.startVerification("m.sas.v1") : request.verifier;
  if (!verifier) throw new Error("the verification has no verifier");
  const compared = compare(verifier);
  await verifier.verify();
  const emoji = await compared;
  await reaches(request, VerificationPhase.Done);
  return emoji;
}

async function compare(verifier: Verifier): Promise<string[]> {
  const shown = await new Promise<ShowSasCallbacks>((resolve) => {
    const already = verifier.getShowSasCallbacks();
    if (already) resolve(already);
    else verifier.once(VerifierEvent.ShowSas, resolve);
  });
  await shown.confirm();
  return (shown.sas.emoji ?? []).map(([picture]) => picture);
}

async function reaches(request: VerificationRequest, phase: VerificationPhase): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (request.phase === VerificationPhase.Cancelled) reject(new Error(`cancelled: ${request.cancellationCode}`));
      else if (request.phase < phase) return;
      else resolve();
      request.off(VerificationRequestEvent.Change, look);
    };
    request.on(VerificationRequestEvent.Change, look);
    look();
  });
}
