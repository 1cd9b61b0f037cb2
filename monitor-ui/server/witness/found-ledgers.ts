import { monitorOrigin, recorderOrigin } from '@minhbach/shared/ledger';
import type { Ledger } from '@minhbach/shared/protocol';
import type { MonitorId, RecorderId } from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import { notFound } from '../problem/index.ts';
import type { EntryTexts, LedgerTrees } from './ledger-trees.ts';
import type { RecorderLedgers } from './recorder-ledgers.ts';

export interface ShownLedgers {
  readonly trees: LedgerTrees;
  readonly ledgers: RecorderLedgers;
  readonly monitorId: MonitorId;
  /** Raw Ed25519 keys, base64url. */
  readonly monitorPublicKey: string;
  readonly publicKeyOf: (recorderId: RecorderId) => string | undefined;
  readonly own: { size(): number; readonly texts: EntryTexts };
  /** Those this person sees. */
  readonly recorders: (actor: Actor) => readonly { readonly id: RecorderId; readonly name: string }[];
}

export interface FoundLedger {
  readonly id: string;
  readonly kind: Ledger['kind'];
  readonly name?: string;
  readonly generation: number;
  readonly origin: string;
  readonly publicKey: string | undefined;
  readonly size: number;
  readonly texts: EntryTexts;
}

/** A recorder's ledger is that of its newest generation, unless one is named. */
export function foundLedgers(parts: ShownLedgers, actor: Actor, generation?: number): FoundLedger[] {
  const { ledgers, monitorId, monitorPublicKey, publicKeyOf, own } = parts;
  const recorders = parts.recorders(actor).map(({ id, name }): FoundLedger => {
    const newest = ledgers.generations(id).at(-1) ?? 0;
    const of = generation ?? newest;
    return {
      ...{
        id,
        kind: 'recorder',
        name,
        generation: of,
        origin: recorderOrigin(id, of),
        publicKey: publicKeyOf(id),
      },
      size: ledgers.size(id, of),
      texts: ledgers.texts(id, of),
    };
  });
  const monitor: FoundLedger = {
    ...{ id: monitorId, kind: 'monitor', generation: 0, origin: monitorOrigin(monitorId) },
    publicKey: monitorPublicKey,
    ...{ size: own.size(), texts: own.texts },
  };
  return [...recorders, monitor];
}

/** Throws `notFound` for one this person does not see. */
export function foundLedger(parts: ShownLedgers, actor: Actor, id: string, generation?: number): FoundLedger {
  const found = foundLedgers(parts, actor, generation).find((ledger) => ledger.id === id);
  if (found === undefined) throw notFound('ledger');
  return found;
}
