import type { Trust } from '../package-schema.ts';
import { bytesOfBase64, hexOf } from './bytes.ts';
import type { VerifierCrypto } from './crypto-port.ts';
import type { ExpectedSigner } from './signed-text.ts';

/** Keys known from elsewhere than the package. */
export class TrustedKeys {
  readonly #recorders = new Map<string, Uint8Array>();
  readonly #monitors = new Map<string, Uint8Array>();
  readonly #fingerprints: readonly string[];
  readonly #crypto: VerifierCrypto;
  readonly witnesses: readonly ExpectedSigner[];

  constructor(trust: Trust | undefined, crypto: VerifierCrypto) {
    this.#crypto = crypto;
    this.#fingerprints = (trust?.keys ?? []).flatMap((key) =>
      'fingerprint' in key ? [key.fingerprint] : [],
    );
    const witnesses: ExpectedSigner[] = [];
    for (const key of trust?.keys ?? []) {
      if ('fingerprint' in key) continue;
      const publicKey = bytesOfBase64(key.publicKey);
      if (publicKey?.length !== 32) continue;
      if ('recorderId' in key) this.#recorders.set(key.recorderId, publicKey);
      else if ('monitorId' in key) this.#monitors.set(key.monitorId, publicKey);
      else witnesses.push({ name: key.witness, kind: 4, publicKey });
    }
    this.witnesses = witnesses;
  }

  /** The trusted key of a recorder: by its id, or the `claimed` one when its fingerprint is trusted. */
  async recorder(recorderId: string, claimed: string): Promise<Uint8Array | undefined> {
    return this.#recorders.get(recorderId) ?? (await this.#byFingerprint(claimed));
  }

  async monitor(monitorId: string, claimed: string): Promise<Uint8Array | undefined> {
    return this.#monitors.get(monitorId) ?? (await this.#byFingerprint(claimed));
  }

  async #byFingerprint(claimed: string): Promise<Uint8Array | undefined> {
    const publicKey = bytesOfBase64(claimed);
    if (publicKey?.length !== 32 || this.#fingerprints.length === 0) return undefined;
    const whole = hexOf(await this.#crypto.sha256(publicKey));
    return this.#fingerprints.some((fingerprint) => whole.startsWith(fingerprint)) ? publicKey : undefined;
  }
}
