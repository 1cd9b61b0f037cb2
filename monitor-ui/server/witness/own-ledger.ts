import type { Clock } from '@minhbach/shared/clock';
import { checkpointText, monitorOrigin, signedNote, verifierKey } from '@minhbach/shared/ledger';
import { sha256HexSchema, type MonitorId } from '@minhbach/shared/units-of-measure';
import type { EntryTexts, LedgerTrees } from './ledger-trees.ts';

export interface OwnLedgerParts {
  readonly trees: LedgerTrees;
  readonly clock: Clock;
  readonly identity: {
    readonly monitorId: MonitorId;
    /** Raw Ed25519 key, base64url. */
    readonly publicKey: string;
    /** Ed25519 over the bytes, base64url. */
    sign(bytes: Uint8Array): string;
  };
  /** The entries of the audit. */
  readonly entries: { size(): number; readonly texts: EntryTexts };
}

/** Signs heads of this monitor's own ledger: what people did here cannot be changed afterwards without its showing. */
export class OwnLedger {
  readonly origin: string;
  readonly #parts: OwnLedgerParts;

  constructor(parts: OwnLedgerParts) {
    this.#parts = parts;
    this.origin = monitorOrigin(parts.identity.monitorId);
  }

  /** Signs a head over all entries, unless the last one was. Durable on return. */
  sign(): void {
    const { trees, clock, identity, entries } = this.#parts;
    const size = entries.size();
    if (size === 0 || trees.latest(this.origin)?.size === size) return;
    const root = trees.grown(this.origin, size, entries.texts).root(size);
    const key = verifierKey(
      this.origin,
      'ed25519',
      new Uint8Array(Buffer.from(identity.publicKey, 'base64url')),
    );
    const sign = (bytes: Uint8Array) => Buffer.from(identity.sign(bytes), 'base64url');
    const signedAt = clock.wallNow();
    const text = checkpointText({ origin: this.origin, size, root });
    const note = signedNote(text, { key, sign }, Math.floor(signedAt / 1000));
    const hex = sha256HexSchema.parse(Buffer.from(root).toString('hex'));
    trees.add(this.origin, { size, root: hex, note, signedAt });
  }
}
