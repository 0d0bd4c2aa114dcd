/** The keys of secret storage that this device may use: those it made, and one its owner typed in. */
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";

export class SecretKeys {
  private readonly known = new Map<string, Uint8Array<ArrayBuffer>>();
  private typed: Uint8Array<ArrayBuffer> | null = null;

  readonly callbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      for (const id of Object.keys(keys)) {
        const key = this.known.get(id) ?? this.typed;
        if (key) return [id, key];
      }
      return null;
    },
    cacheSecretStorageKey: (id, _info, key) => void this.known.set(id, key),
  };

  use(recovery: string): void {
    this.typed = decodeRecoveryKey(recovery) as Uint8Array<ArrayBuffer>;
  }
}
