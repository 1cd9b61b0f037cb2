import type { RosterEntry } from '@minhbach/shared/protocol';
import {
  newId,
  rosterEntryIdSchema,
  utcMs,
  type CounterId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, conflict } from '../problem/index.ts';
import type { TicketTables } from './tickets-schema.ts';

const longestMs = 24 * 3_600_000;
const mostRows = 1_000;

/** Which official sat at a counter. Who asks has been checked. */
export class Roster {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;

  constructor(database: MonitorDatabase, audit: AuditLog) {
    this.#database = database;
    this.#audit = audit;
  }

  /** Durable and in the audit on return. Throws 409 `roster-overlap` when somebody else sat there then. */
  note(
    actor: Actor,
    counterId: CounterId,
    input: { readonly officialCode: string; readonly from: UtcMs; readonly to: UtcMs },
    now: UtcMs,
  ): RosterEntry {
    if (input.from >= input.to) throw badInput('/to', 'later-than', { field: 'from' });
    if (input.to - input.from > longestMs) throw badInput('/to', 'hours-after', { count: 24, field: 'from' });
    return this.#database.transaction(() => {
      if (this.list(counterId, input.from, input.to).length > 0) {
        throw conflict('roster-overlap', 'An official is already noted at this counter within that time.');
      }
      const entry = { id: newId(rosterEntryIdSchema), counterId, ...input };
      this.#database.run(
        this.#tables.insertInto('roster_entry').values({
          id: entry.id,
          counter_id: counterId,
          official_code: input.officialCode,
          from_ms: input.from,
          to_ms: input.to,
          made_by: actor.person.id,
          made_at: now,
        }),
      );
      this.#audit.append({
        kind: 'roster-noted',
        personId: actor.person.id,
        subject: { rosterEntryId: entry.id, counterId, from: input.from, to: input.to },
        shielded: { officialCode: input.officialCode },
      });
      return entry;
    });
  }

  /** Entries that overlap `from..to`, in order; at most 1000. */
  list(counterId: CounterId, from: UtcMs, to: UtcMs): RosterEntry[] {
    return this.#database
      .all(
        this.#tables
          .selectFrom('roster_entry')
          .selectAll()
          .where('counter_id', '=', counterId)
          .where('from_ms', '>', from - longestMs)
          .where('from_ms', '<', to)
          .where('to_ms', '>', from)
          .orderBy('from_ms')
          .limit(mostRows),
      )
      .map((row) => ({
        id: row.id,
        counterId: row.counter_id,
        officialCode: row.official_code,
        from: utcMs(row.from_ms),
        to: utcMs(row.to_ms),
      }));
  }

  get #tables() {
    return this.#database.tables<TicketTables>();
  }
}
