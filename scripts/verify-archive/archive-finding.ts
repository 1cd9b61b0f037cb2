/** One thing that is not as the ledgers say; times are UTC milliseconds of the footage meant. */
export interface ArchiveFinding {
  readonly code:
    | 'entry-altered'
    | 'entries-missing'
    | 'tile-altered'
    | 'tile-missing'
    | 'checkpoint-altered'
    | 'checkpoint-unsigned'
    | 'head-not-witnessed'
    | 'head-missing'
    | 'root-differs'
    | 'ledger-unheaded'
    | 'object-missing'
    | 'object-size'
    | 'object-altered'
    | 'object-without-entry'
    | 'unknown-object';
  /** The ledger's name, or the recorder's id. */
  readonly ledger: string;
  readonly sourceId?: string;
  readonly fromUtcMs?: number;
  readonly toUtcMs?: number;
  /** The object's key. */
  readonly where: string;
  readonly detail: string;
}

export interface ArchiveSummary {
  readonly ledgers: number;
  readonly entries: number;
  readonly objects: number;
  readonly bytes: number;
  /** Stated, and not yet proven to be in the archive. */
  readonly pending: number;
  /** Removed by retention, as the monitor's ledger says. */
  readonly expired: number;
  /** Ledgers under whose newest head no trusted key signed. */
  readonly untrusted: number;
}
