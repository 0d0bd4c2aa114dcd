/** The member's own devices. */
import { MatrixError } from "matrix-js-sdk/lib/matrix";
import { cryptoOf } from "./account";
import { client } from "./client";
import type { Device, Text } from "./model";
import { cleanName } from "./names";
import { problemOf, refusedPassword } from "./problems";

export async function devices(): Promise<Device[]> {
  const made = client();
  const me = made.getSafeUserId();
  const { devices: listed } = await made.getDevices();
  const all = await Promise.all(
    listed.map(async (one) => {
      const status = await cryptoOf(made).getDeviceVerificationStatus(me, one.device_id);
      return {
        id: one.device_id,
        name: cleanName(one.display_name, one.device_id),
        current: one.device_id === made.getDeviceId(),
        vouched: status?.crossSigningVerified ?? false,
        lastSeen: one.last_seen_ts ?? null,
      };
    }),
  );
  return all.sort((a, b) => Number(b.current) - Number(a.current) || (b.lastSeen ?? 0) - (a.lastSeen ?? 0));
}

/** Signs another device out, which needs the password. */
export async function signOutDevice(id: string, password: string): Promise<{ ok: true } | { ok: false; problem: Text }> {
  const user = client().getSafeUserId();
  try {
    await client().deleteDevice(id);
  } catch (error) {
    if (!(error instanceof MatrixError) || error.httpStatus !== 401) return { ok: false, problem: problemOf(error) };
    try {
      await client().deleteDevice(id, {
        type: "m.login.password",
        identifier: { type: "m.id.user", user },
        password,
        session: error.data["session"] as string,
      });
    } catch (refused) {
      return { ok: false, problem: refusedPassword(refused) };
    }
  }
  return { ok: true };
}
