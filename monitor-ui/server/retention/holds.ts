import type { Clock } from '@minhbach/shared/clock';
import type { Hold, holdInputSchema } from '@minhbach/shared/protocol';
import {
  holdIdSchema,
  newId,
  utcMs,
  type HoldId,
  type PersonId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { requireMay, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, notFound } from '../problem/index.ts';
import type { RetentionTables } from './retention-schema.ts';

const aheadMs = 24 * 3_600_000;
const longestMs = 31 * 24 * 3_600_000;

type AllTables = RetentionTables & {
  person: { id: PersonId; display_name: string };
  counter: { id: string; site_id: string };
  site: { id: string; unit_id: string };
};

/**
 * Footage exempt from retention. Holds are rows that nobody changes or deletes (`HoldReleases` ends them), known to this monitor only: nothing of
 * them goes over an uplink.
 */
export class Holds {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #sight: Sight;
  readonly #clock: Clock;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly sight: Sight;
    readonly clock: Clock;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#sight = parts.sight;
    this.#clock = parts.clock;
  }

  /** Durable and in the audit on return. */
  place(actor: Actor, input: z.output<typeof holdInputSchema>): Hold {
    requireMay(actor, 'holds.place');
    const { counterId } = this.#sight.requireCounter(actor, input.counterId);
    const now = this.#clock.wallNow();
    requireSpan(input.from, input.to, now);
    const id = newId(holdIdSchema);
    return this.#database.transaction(() => {
      this.#database.run(
        this.#tables.insertInto('hold').values({
          id,
          counter_id: counterId,
          from_ms: input.from,
          to_ms: input.to,
          reason: input.reason,
          case_id: input.caseId ?? null,
          placed_at: now,
          placed_by: actor.person.id,
        }),
      );
      this.#audit.append({
        kind: 'hold-placed',
        personId: actor.person.id,
        subject: { holdId: id, counterId, from: input.from, to: input.to },
        // Which case a hold belongs to says that somebody complained.
        shielded: { reason: input.reason, caseId: input.caseId },
      });
      return this.find(actor, id);
    });
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: HoldId): Hold {
    const row = this.#database.first(this.#selected.where('h.id', '=', id));
    if (row === undefined || !this.#sight.seesCounter(actor, row.counter_id)) throw notFound('hold');
    return toHold(row);
  }

  /** In sight, the latest first; `before` is the last id of the page before. */
  list(
    actor: Actor,
    of: {
      readonly counterId?: string | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Hold[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    let select = this.#selected.orderBy('h.id', 'desc').limit(of.limit);
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    if (of.counterId !== undefined) select = select.where('c.id', '=', of.counterId);
    if (of.before !== undefined) select = select.where('h.id', '<', of.before as HoldId);
    return this.#database.all(select).map(toHold);
  }

  get #selected() {
    return this.#tables
      .selectFrom('hold as h')
      .innerJoin('person as p', 'p.id', 'h.placed_by')
      .innerJoin('counter as c', 'c.id', 'h.counter_id')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .leftJoin('hold_release as r', 'r.hold_id', 'h.id')
      .selectAll('h')
      .select(['p.display_name', 'r.released_from']);
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}

function requireSpan(from: UtcMs, to: UtcMs, now: UtcMs): void {
  if (from >= to) throw badInput('/to', 'is later than from');
  if (to > now + aheadMs) throw badInput('/to', 'is at most 24 h ahead of now');
  if (to - from > longestMs) throw badInput('/from', 'is at most 31 days before to');
}

function toHold(row: RetentionTables['hold'] & { display_name: string; released_from: number | null }): Hold {
  return {
    id: row.id,
    counterId: row.counter_id,
    from: utcMs(row.from_ms),
    to: utcMs(row.to_ms),
    reason: row.reason,
    ...(row.case_id === null ? {} : { caseId: row.case_id }),
    placedAt: utcMs(row.placed_at),
    placedBy: { id: row.placed_by, displayName: row.display_name },
    ...(row.released_from === null ? {} : { releasedFrom: utcMs(row.released_from) }),
  };
}
