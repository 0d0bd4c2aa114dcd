/**
 * Stock clients for the tests: devices of matrix-js-sdk with its Rust crypto, told what to do line by line.
 *
 * In: `{"id": 1, "device": "wulan", "act": "say", "with": {...}}`. Out, in the order things get done:
 * `{"id": 1, "done": ...}`, `{"id": 1, "refused": {status, errcode, error}}` or `{"id": 1, "failed": "..."}`.
 * Nothing of the SDK is changed or patched: it sends what it sends to any homeserver.
 */
import "./node20.js";
import { createInterface } from "node:readline";
import { MatrixError } from "matrix-js-sdk";
import { Device, type Seat } from "./device.js";

interface Order {
  id: number;
  device: string;
  act: string;
  with: Record<string, unknown>;
}

type Act = (given: never) => Promise<unknown>;

// Standard output belongs to the answers; the SDK and its wasm talk a lot.
for (const name of ["debug", "info", "log", "trace", "warn"] as const) console[name] = console.error;

const devices = new Map<string, Device>();

async function carryOut({ device, act, with: given }: Order): Promise<unknown> {
  if (act === "signIn") {
    const signedIn = await Device.signIn(given as unknown as Seat);
    devices.set(device, signedIn);
    return { user: signedIn.user, device: signedIn.id };
  }
  const known = devices.get(device);
  if (!known) throw new Error(`nobody is signed in as ${device}`);
  const method = known[act as keyof Device] as unknown;
  if (typeof method !== "function") throw new Error(`${act} is not known`);
  return (method as Act).call(known, given as never);
}

async function answer(order: Order): Promise<object> {
  try {
    return { id: order.id, done: (await carryOut(order)) ?? null };
  } catch (error) {
    if (error instanceof MatrixError)
      return { id: order.id, refused: { status: error.httpStatus, ...error.data } };
    return { id: order.id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  void answer(JSON.parse(line) as Order).then((said) => process.stdout.write(`${JSON.stringify(said)}\n`));
});
lines.on("close", () => process.exit(0));
