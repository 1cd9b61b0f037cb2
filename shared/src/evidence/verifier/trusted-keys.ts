import type { Trust } from '../package-schema.ts';
import { bytesOfBase64 } from './bytes.ts';
import type { ExpectedSigner } from './signed-text.ts';

/** Keys known from elsewhere than the package. */
export class TrustedKeys {
  readonly #recorders = new Map<string, Uint8Array>();
  readonly #monitors = new Map<string, Uint8Array>();
  readonly witnesses: readonly ExpectedSigner[];

  constructor(trust: Trust | undefined) {
    const witnesses: ExpectedSigner[] = [];
    for (const key of trust?.keys ?? []) {
      const publicKey = bytesOfBase64(key.publicKey);
      if (publicKey?.length !== 32) continue;
      if ('recorderId' in key) this.#recorders.set(key.recorderId, publicKey);
      else if ('monitorId' in key) this.#monitors.set(key.monitorId, publicKey);
      else witnesses.push({ name: key.witness, kind: 4, publicKey });
    }
    this.witnesses = witnesses;
  }

  recorder(recorderId: string): Uint8Array | undefined {
    return this.#recorders.get(recorderId);
  }

  monitor(monitorId: string): Uint8Array | undefined {
    return this.#monitors.get(monitorId);
  }
}
