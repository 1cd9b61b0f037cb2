import { z } from 'zod';
import { counterDaysSchema, type CounterDays } from '@minhbach/shared/protocol';
import type { CounterId } from '@minhbach/shared/units-of-measure';
import type { KeptTable, Migration, Spool } from '../spool/index.ts';

const toldSchema = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(counterDaysSchema));
const keptSchema = z.strictObject({ counters: z.string() });

/**
 * For how many days footage of each counter is kept, as the home monitor told last: remembered, since footage is locked as
 * it is stored, also while no monitor is there. One row, replaced as a whole: it grows no further whatever is told.
 */
export class ToldCounterDays {
  readonly #spool: Pick<Spool, 'database' | 'transaction' | 'keep'>;
  #written: string | undefined;
  #days = new Map<CounterId, number>();

  constructor(spool: Pick<Spool, 'database' | 'transaction' | 'keep'>) {
    this.#spool = spool;
    const row = spool.database.prepare('SELECT counters FROM counter_days').get();
    if (row === undefined) return;
    this.#written = keptSchema.parse(row).counters;
    this.#take(toldSchema.parse(this.#written));
  }

  of(counterId: CounterId): number | undefined {
    return this.#days.get(counterId);
  }

  /** `false` when that was known. Counts at once; throws when the disk does not take it, and is written when told again. */
  told(counters: readonly CounterDays[]): boolean {
    this.#take(counters);
    const text = JSON.stringify(counters);
    if (text === this.#written) return false;
    this.#spool.transaction(() => {
      writeRow(this.#spool.database, text);
      this.#spool.keep('counter_days', { counters: text });
    });
    this.#written = text;
    return true;
  }

  #take(counters: readonly CounterDays[]): void {
    this.#days = new Map(counters.map(({ counterId, days }) => [counterId, days]));
  }
}

function writeRow(database: Spool['database'], counters: string): void {
  database.prepare('INSERT OR REPLACE INTO counter_days (one, counters) VALUES (1, ?)').run(counters);
}

export const counterDaysTable: Readonly<Record<'counter_days', KeptTable>> = {
  counter_days: {
    rows: (database) =>
      database
        .prepare('SELECT counters FROM counter_days')
        .all()
        .map((row) => keptSchema.parse(row)),
    restore: (database, kept) => writeRow(database, keptSchema.parse(kept).counters),
  },
};

export const counterDaysMigrations: readonly Migration[] = [
  {
    name: 'counter-days-1',
    sql: `
CREATE TABLE counter_days (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  counters TEXT NOT NULL                          -- JSON: [{counterId, days}], as the home monitor told last
) STRICT;
`,
  },
];
