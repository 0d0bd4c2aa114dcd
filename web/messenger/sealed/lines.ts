/** How messages stand on lines. */
import type { Body } from "./model";

/** A run of messages that cannot be read, all for one reason, is one line, so that a locked history is no wall. */
export function isOneLine(body: Body, beside: Body | undefined): boolean {
  return body.kind === "undecryptable" && beside?.kind === "undecryptable" && body.because === beside.because;
}
