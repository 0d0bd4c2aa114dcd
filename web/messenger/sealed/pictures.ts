/**
 * Pictures of people and groups, as addresses of this page. A person's is public and was checked by the open side; a
 * group's is encrypted like its title (MSC4362), file and all, so only its members can see it.
 */
import { EventType, type MatrixClient, type Room } from "matrix-js-sdk/lib/matrix";
import { latestState } from "./chat";
import { client } from "./client";
import { encrypted, fetchMedia, fetchPlain, isEncryptedFile, redrawn } from "./files";
import { done, type Done } from "./rooms";
import { touch } from "./watching";

const EDGE = 512;
/** By `mxc:` address; null while it is on its way. */
const addresses = new Map<string, string | null>();

/** Null where there is none, or until it is here; then the room is told. */
export function personPicture(made: MatrixClient, room: Room, id: string): string | null {
  const url = room.getMember(id)?.getMxcAvatarUrl() ?? made.getUser(id)?.avatarUrl;
  return url ? shown(url, room.roomId, () => fetchMedia(url)) : null;
}

export function groupPicture(room: Room): string | null {
  const file = latestState(room, EventType.RoomAvatar)?.["file"];
  return isEncryptedFile(file) ? shown(file.url, room.roomId, () => fetchPlain(file)) : null;
}

/** Of anybody, as the profile says it now. */
export async function pictureAt(url: string): Promise<string> {
  const known = addresses.get(url);
  if (known) return known;
  const address = addressOf(await fetchMedia(url));
  addresses.set(url, address);
  return address;
}

function shown(url: string, room: string, load: () => Promise<ArrayBuffer>): string | null {
  const known = addresses.get(url);
  if (known !== undefined) return known;
  addresses.set(url, null);
  void load()
    .then((bytes) => {
      addresses.set(url, addressOf(bytes));
      touch(room);
    })
    .catch(() => undefined); // the letters stay in its place
  return null;
}

/** Only ever shown by `<img>`, which runs nothing; the browser tells the kind of picture by its bytes. */
function addressOf(bytes: ArrayBuffer): string {
  return URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
}

/** Gives a group its picture: drawn anew, so that nothing of the camera stays, and encrypted before it is uploaded. */
export function setGroupPicture(roomId: string, file: File): Promise<Done> {
  return done(async () => {
    const drawn = await redrawn(file, EDGE, 0.85);
    if (!drawn) throw new TypeError("no picture that this browser can read");
    const { sealed, describe } = await encrypted(await drawn.blob.arrayBuffer());
    const { content_uri } = await client().uploadContent(sealed, { includeFilename: false, type: "application/octet-stream" });
    const info = { mimetype: "image/jpeg", size: drawn.blob.size, w: drawn.width, h: drawn.height };
    await client().sendStateEvent(roomId, EventType.RoomAvatar, { file: describe(content_uri), info } as never);
  });
}

export function removeGroupPicture(roomId: string): Promise<Done> {
  return done(() => client().sendStateEvent(roomId, EventType.RoomAvatar, {}));
}
