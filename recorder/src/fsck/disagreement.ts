import type { SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

export type DisagreementCode =
  /** Facts of the ledger. */
  | 'entry-missing'
  | 'entry-unreadable'
  | 'entry-altered'
  | 'entry-doubled'
  | 'head-differs'
  /** Rows of the index against the facts. */
  | 'row-unreadable'
  | 'row-without-entry'
  | 'row-differs'
  | 'row-missing'
  | 'proof-without-entry'
  | 'dropped-but-kept'
  | 'wrong-recorder'
  | 'index-damaged'
  /** Files against rows. */
  | 'file-missing'
  | 'file-without-row'
  | 'file-size'
  | 'file-altered'
  | 'file-structure'
  /** Time of one source. */
  | 'time-hole'
  | 'time-overlap'
  | 'watermark'
  /** Objects against rows. */
  | 'object-missing'
  | 'object-altered';

/** Two things that should say the same and do not. */
export interface Disagreement {
  readonly code: DisagreementCode;
  readonly sourceId?: SourceId | undefined;
  /** The seconds of footage that it is about. */
  readonly span?: { readonly fromUtcMs: UtcMs; readonly toUtcMs: UtcMs } | undefined;
  /** File, object key or entry number. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}
