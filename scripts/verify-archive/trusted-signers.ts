import type { Trust } from '@minhbach/shared/evidence';
import { verifierKey, type VerifierKey } from '@minhbach/shared/ledger';

/** Keys from elsewhere, as those that may sign a ledger's heads. */
export class TrustedSigners {
  readonly #trust: Trust;
  readonly witnesses: readonly VerifierKey[];

  constructor(trust: Trust) {
    this.#trust = trust;
    this.witnesses = trust.keys.flatMap((key) =>
      'witness' in key ? [verifierKey(key.witness, 'cosignature', rawKey(key.publicKey))] : [],
    );
  }

  /** Of the recorder or monitor whose ledger this is; `undefined` when its key is not known. */
  author(origin: string): VerifierKey | undefined {
    const id = origin.split('/')[2];
    for (const key of this.#trust.keys) {
      const named = 'recorderId' in key ? key.recorderId : 'monitorId' in key ? key.monitorId : undefined;
      if (named === id && 'publicKey' in key) return verifierKey(origin, 'ed25519', rawKey(key.publicKey));
    }
    return undefined;
  }
}

function rawKey(publicKey: string): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey, 'base64url'));
}
