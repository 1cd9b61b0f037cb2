import type { LedgerExtract } from '@minhbach/shared/evidence';
import type { RecorderId } from '@minhbach/shared/units-of-measure';

/** Who can prove that entries stand in a recorder's ledger. */
export interface LedgerPort {
  /** `undefined` while no checkpoint this monitor holds covers all of them. */
  extract(recorderId: RecorderId, generation: number, seqs: readonly number[]): LedgerExtract | undefined;
}
