/** The member's public name and picture. */
import { MatrixError } from "matrix-js-sdk/lib/matrix";
import { client } from "./client";
import { redrawn } from "./files";
import { shownName } from "./names";
import { pictureAt } from "./pictures";
import { done, type Done } from "./rooms";
import type { Text } from "./model";
import { session } from "./state";

const ROUTE = "/_matrix/client/unstable/org.jaga.profile/picture";
const EDGE = 1024;
const NO_PICTURE: Text = {
  id: "Peramban ini tidak dapat membaca berkas itu sebagai gambar.",
  en: "This browser cannot read that file as a picture.",
};

/** The address of one's own picture in this page, or null. */
export async function ownPicture(): Promise<string | null> {
  const { avatar_url } = await client().getProfileInfo(client().getSafeUserId());
  return avatar_url ? pictureAt(avatar_url) : null;
}

export function setOwnName(name: string): Promise<Done> {
  return done(async () => {
    await client().setDisplayName(name.trim());
    const now = session.value;
    if (now.state === "ready") session.value = { ...now, me: { id: now.me.id, name: shownName(now.me.id, name.trim()) } };
  });
}

/** The server checks it before anybody sees it, and may refuse it. */
export async function setOwnPicture(file: File): Promise<Done> {
  const drawn = await redrawn(file, EDGE, 0.9);
  if (!drawn) return { ok: false, problem: NO_PICTURE };
  return done(async () => {
    const answer = await fetch(ROUTE, { method: "POST", headers: { Authorization: `Bearer ${client().getAccessToken()}` }, body: drawn.blob });
    if (!answer.ok) throw new MatrixError((await answer.json()) as object, answer.status);
  });
}

export function removeOwnPicture(): Promise<Done> {
  return done(() => client().setAvatarUrl(""));
}
