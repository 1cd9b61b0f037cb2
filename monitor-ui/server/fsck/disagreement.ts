import type { SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

/** Two things of a monitor that should say the same and do not. */
export interface MonitorDisagreement {
  readonly code:
    /** The file itself. */
    | 'database-damaged'
    | 'rebuild-unfinished'
    /** Entries of recorders. */
    | 'entry-missing'
    | 'entry-altered'
    /** Rows of the catalogue against entries. */
    | 'row-missing'
    | 'row-differs'
    | 'row-without-entry'
    /** What people did. */
    | 'audit-missing'
    | 'audit-altered'
    | 'hold-differs'
    /** The archive against rows and entries. */
    | 'bundle-missing'
    | 'bundle-altered'
    | 'object-missing'
    | 'object-size'
    | 'object-altered'
    | 'object-without-row';
  readonly sourceId?: SourceId | undefined;
  readonly span?: { readonly fromUtcMs: UtcMs; readonly toUtcMs: UtcMs } | undefined;
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}
