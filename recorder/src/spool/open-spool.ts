import type { Clock } from '@minhbach/shared/clock';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { Migration, Spool } from './spool.ts';

export interface OpenSpoolOptions {
  /** Made if missing (its parent must exist). */
  readonly directory: string;
  readonly clock: Clock;
  /** Part of every object key. A spool of another recorder is refused (`wrong-recorder`). */
  readonly recorderId: RecorderId;
  /** Further rooms' steps, run after the spool's own. */
  readonly migrations?: readonly Migration[];
}

/** Opens or makes the spool: folders, database, durability pragmas set and read back, migrations. */
export function openSpool(options: OpenSpoolOptions): Spool {
  throw new Error(`not built yet: ${options.directory}`);
}
