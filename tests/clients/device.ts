/** One signed-in device: the flows of a stock client, each in the SDK's own words. */
import {
  ClientEvent,
  createClient,
  type ICreateRoomOpts,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  Method,
  RoomMemberEvent,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import { PollStartEvent } from "matrix-js-sdk/lib/extensible_events_v1/PollStartEvent.js";
import { decryptAttachment, encryptAttachment, type EncryptedFile } from "./attachment.js";
import { SecretKeys } from "./secret-keys.js";
import { agreeOnEmoji, nextRequest } from "./verifying.js";

type Content = Record<string, unknown>;

export interface Seat {
  url: string;
  user: string;
  password: string;
  name: string;
}

/** An event as this device shows it to its owner. */
export interface Seen {
  event_id: string;
  sender: string;
  type: string;
  content: Content;
  state_key: string | null;
  encrypted: boolean;
  redacted: boolean;
  relation: Content | null;
}

export class Device {
  private readonly events: MatrixEvent[] = [];

  private constructor(
    private readonly client: MatrixClient,
    private readonly keys: SecretKeys,
    private readonly seat: Seat,
  ) {
    client.on(ClientEvent.Event, (event) => this.events.push(event));
  }

  static async signIn(seat: Seat): Promise<Device> {
    const door = createClient({ baseUrl: seat.url });
    const given = await door.loginRequest({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: seat.user },
      password: seat.password,
      initial_device_display_name: seat.name,
    });
    const keys = new SecretKeys();
    const client = createClient({
      baseUrl: seat.url,
      accessToken: given.access_token,
      userId: given.user_id,
      deviceId: given.device_id,
      cryptoCallbacks: keys.callbacks,
      verificationMethods: ["m.sas.v1"],
      timelineSupport: true,
    });
    await client.initRustCrypto({ useIndexedDB: false });
    const device = new Device(client, keys, seat);
    const ready = device.first(() => client.getSyncState() === SyncState.Prepared || null);
    // Without `threadSupport`: with it, version 43 waits for ever when a thread's echo outruns the answer.
    await client.startClient({ initialSyncLimit: 30, lazyLoadMembers: true });
    await ready;
    return device;
  }

  get user(): string {
    return this.client.getSafeUserId();
  }

  get id(): string {
    return this.client.getDeviceId() ?? "";
  }

  async signOut(): Promise<void> {
    this.client.stopClient();
    await this.client.logout(true);
  }

  // Rooms and who is in them.

  async create({ invite, direct }: { invite: string[]; direct: boolean }): Promise<string> {
    const wish: ICreateRoomOpts = {
      preset: (direct ? "trusted_private_chat" : "private_chat") as NonNullable<ICreateRoomOpts["preset"]>,
      visibility: "private" as NonNullable<ICreateRoomOpts["visibility"]>,
      name: "Rapat",
      invite,
      is_direct: direct,
      // As Element does it.
      initial_state: [
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        { type: "m.room.guest_access", state_key: "", content: { guest_access: "can_join" } },
        { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "invited" } },
      ],
    };
    const { room_id } = await this.client.createRoom(wish);
    if (direct) await this.client.setAccountData("m.direct" as never, { [invite[0] ?? ""]: [room_id] } as never);
    return room_id;
  }

  async join({ room }: { room: string }): Promise<void> {
    await this.client.joinRoom(room);
  }

  async knock({ room }: { room: string }): Promise<void> {
    await this.client.knockRoom(room);
  }

  async leave({ room }: { room: string }): Promise<void> {
    await this.client.leave(room);
  }

  async invite({ room, user }: { room: string; user: string }): Promise<void> {
    await this.client.invite(room, user);
  }

  async kick({ room, user }: { room: string; user: string }): Promise<void> {
    await this.client.kick(room, user);
  }

  async ban({ room, user }: { room: string; user: string }): Promise<void> {
    await this.client.ban(room, user);
  }

  async unban({ room, user }: { room: string; user: string }): Promise<void> {
    await this.client.unban(room, user);
  }

  async upgrade({ room, version }: { room: string; version: string }): Promise<unknown> {
    return this.client.upgradeRoom(room, version);
  }

  async setState({ room, type, content, key }: { room: string; type: string; content: Content; key: string }): Promise<string> {
    return (await this.client.sendStateEvent(room, type as never, content as never, key)).event_id;
  }

  async setPower({ room, user, level }: { room: string; user: string; level: number }): Promise<void> {
    await this.client.setPowerLevel(room, user, level);
  }

  async setName({ name }: { name: string }): Promise<void> {
    await this.client.setDisplayName(name);
  }

  // What is said.

  /** Without encrypting by hand: the SDK does that for every room which it knows to be encrypted. */
  async say({ room, type, content, thread }: { room: string; type: string; content: Content; thread?: string }): Promise<string> {
    return (await this.client.sendEvent(room, thread ?? null, type as never, content as never)).event_id;
  }

  async poll({ room, question, answers }: { room: string; question: string; answers: string[] }): Promise<string> {
    const { type, content } = PollStartEvent.from(question, answers, "m.disclosed").serialize();
    return this.say({ room, type, content: content as Content });
  }

  async redact({ room, event }: { room: string; event: string }): Promise<string> {
    return (await this.client.redactEvent(room, event)).event_id;
  }

  async read({ room, event }: { room: string; event: string }): Promise<void> {
    const found = this.events.find((one) => one.getId() === event && one.getRoomId() === room);
    if (found) await this.client.sendReadReceipt(found);
    await this.client.sendTyping(room, true, 1000);
    await this.client.sendTyping(room, false, 0);
  }

  async shareFile({ room, name, base64 }: { room: string; name: string; base64: string }): Promise<string> {
    const plain = Buffer.from(base64, "base64");
    const { ciphertext, keys } = await encryptAttachment(plain);
    const { content_uri } = await this.client.uploadContent(new Blob([ciphertext]), {
      name,
      type: "application/octet-stream",
      includeFilename: false,
    });
    const content = { msgtype: "m.file", body: name, info: { size: plain.length }, file: { url: content_uri, ...keys } };
    return this.say({ room, type: "m.room.message", content });
  }

  async openFile({ file }: { file: EncryptedFile }): Promise<string> {
    const address = this.client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
    const answer = await fetch(address ?? "", { headers: { Authorization: `Bearer ${this.client.getAccessToken()}` } });
    if (!answer.ok) throw new Error(`the download answered ${answer.status}`);
    return Buffer.from(await decryptAttachment(await answer.arrayBuffer(), file)).toString("base64");
  }

  // What is seen.

  /** The first event of that type whose decrypted content contains `where`. */
  async sees({ room, type, where }: { room: string; type: string; where: Content }): Promise<Seen> {
    return this.first(() => {
      const found = this.events.find(
        (one) => one.getRoomId() === room && one.getType() === type && contains(one.getOriginalContent(), where),
      );
      return found ? shown(found) : null;
    });
  }

  async seesGone({ room, event }: { room: string; event: string }): Promise<Seen> {
    return this.first(() => {
      const found = this.events.find((one) => one.getId() === event && one.getRoomId() === room);
      return found?.isRedacted() ? shown(found) : null;
    });
  }

  async seesMember({ room, user, membership, name }: { room: string; user: string; membership: string; name?: string }): Promise<true> {
    return this.first(() => {
      const place = this.client.getRoom(room);
      const found = user === this.user ? place?.getMyMembership() : place?.getMember(user)?.membership;
      const named = name === undefined || place?.getMember(user)?.rawDisplayName === name;
      return (found === membership && named) || null;
    });
  }

  // Keys.

  /** What a client does once for a new account: cross-signing, secret storage, key backup. Gives the recovery key. */
  async secure(): Promise<string> {
    const crypto = this.crypto();
    await crypto.bootstrapCrossSigning({
      authUploadDeviceSigningKeys: async (upload) => {
        try {
          await upload(null);
        } catch (error) {
          const session = (error as { data?: { session?: string } }).data?.session;
          await upload({
            type: "m.login.password",
            identifier: { type: "m.id.user", user: this.user },
            password: this.seat.password,
            ...(session ? { session } : {}),
          });
        }
      },
    });
    const made = await crypto.createRecoveryKeyFromPassphrase();
    await crypto.bootstrapSecretStorage({ createSecretStorageKey: async () => made, setupNewKeyBackup: true });
    return made.encodedPrivateKey ?? "";
  }

  /** Whether every room key this device has is in the backup. */
  async backedUp(): Promise<true> {
    const crypto = this.crypto();
    for (;;) {
      // Asked of the server itself: the SDK remembers its first answer.
      const { count } = await this.client.http.authedRequest<{ count: number }>(Method.Get, "/room_keys/version");
      const held = await crypto.exportRoomKeys();
      if (count >= held.length && held.length > 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** On a new device: the recovery key opens secret storage, from there come cross-signing and the backup. */
  async restore({ recovery }: { recovery: string }): Promise<{ imported: number; verified: boolean }> {
    const crypto = this.crypto();
    this.keys.use(recovery);
    await crypto.userHasCrossSigningKeys(this.user, true);
    await crypto.bootstrapCrossSigning({});
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const { imported } = await crypto.restoreKeyBackup();
    // Its own signature of itself comes back to it by sync; the caller has the patience.
    for (;;) {
      const status = await crypto.getDeviceVerificationStatus(this.user, this.id);
      if (status?.crossSigningVerified) return { imported, verified: true };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ask `user` in `room` for a verification, compare emoji, and say which seven they were. */
  async verify({ room, user }: { room: string; user: string }): Promise<string[]> {
    const request = await this.crypto().requestVerificationDM(user, room);
    return agreeOnEmoji(request, "starting");
  }

  async verifyOwn(): Promise<string[]> {
    return agreeOnEmoji(await this.crypto().requestOwnUserVerification(), "starting");
  }

  async acceptVerification(): Promise<string[]> {
    const request = await nextRequest(this.client);
    await request.accept();
    return agreeOnEmoji(request, "answering");
  }

  async trusts({ user }: { user: string }): Promise<true> {
    for (;;) {
      if ((await this.crypto().getUserVerificationStatus(user)).isCrossSigningVerified()) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private crypto() {
    const crypto = this.client.getCrypto();
    if (!crypto) throw new Error("there is no crypto");
    return crypto;
  }

  /** The first answer that is not null, asked anew whenever something arrives; the caller has the patience. */
  private async first<Found>(ask: () => Found | null): Promise<Found> {
    const { client } = this;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        let found: Found | null;
        try {
          found = ask();
        } catch (error) {
          reject(error);
          return;
        }
        if (found === null) return;
        for (const name of NEWS) client.off(name, look);
        resolve(found);
      };
      for (const name of NEWS) client.on(name, look);
      look();
    });
  }
}

const NEWS = [
  ClientEvent.Event,
  ClientEvent.Sync,
  MatrixEventEvent.Decrypted,
  RoomEvent.MyMembership,
  RoomEvent.Redaction,
  RoomMemberEvent.Membership,
  RoomMemberEvent.Name,
] as ClientEvent.Event[]; // listeners here look at nothing that comes with the news

function shown(event: MatrixEvent): Seen {
  return {
    event_id: event.getId() ?? "",
    sender: event.getSender() ?? "",
    type: event.getType(),
    content: event.getOriginalContent(),
    state_key: event.getStateKey() ?? null,
    encrypted: event.isEncrypted() && !event.isDecryptionFailure(),
    redacted: event.isRedacted(),
    relation: (event.getWireContent()["m.relates_to"] as Content | undefined) ?? null,
  };
}

function contains(found: unknown, where: unknown): boolean {
  if (typeof where !== "object" || where === null) return found === where;
  if (typeof found !== "object" || found === null) return false;
  return Object.entries(where).every(([key, value]) => contains((found as Content)[key], value));
}
