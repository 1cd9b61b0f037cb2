import type { Clock } from '@minhbach/shared/clock';
import type { Hold, holdInputSchema } from '@minhbach/shared/protocol';
import {
  holdIdSchema,
  newId,
  utcMs,
  type CounterId,
  type HoldId,
  type PersonId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { requireMay, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, notFound } from '../problem/index.ts';
import { Shield } from '../shield/index.ts';
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
  readonly #shield: Shield;
  readonly #worksOn: (actor: Actor, caseId: string) => boolean;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly sight: Sight;
    readonly clock: Clock;
    readonly shield: Shield;
    /** Whether the person works on this case. */
    readonly worksOn: (actor: Actor, caseId: string) => boolean;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#sight = parts.sight;
    this.#clock = parts.clock;
    this.#shield = parts.shield;
    this.#worksOn = parts.worksOn;
  }

  /** Durable and in the audit on return. */
  place(actor: Actor, input: z.output<typeof holdInputSchema>): Hold {
    requireMay(actor, 'holds.place');
    const { counterId } = this.#sight.requireCounter(actor, input.counterId);
    requireSpan(input.from, input.to, this.#clock.wallNow());
    if (input.caseId !== undefined && !this.#worksOn(actor, input.caseId)) {
      throw badInput('/caseId', 'case-of-yours');
    }
    return this.#database.transaction(() => {
      const { from, to, reason, caseId } = input;
      const id = this.#insert({ counterId, from, to, reason, caseId, by: actor.person.id, origin: 'person' });
      return this.find(actor, id);
    });
  }

  /**
   * A hold that follows from a complaint, within the transaction that stores the complaint. `by` is absent for one from
   * the public page. Throws 400 for a span that cannot be held.
   */
  placeForComplaint(of: {
    readonly counterId: CounterId;
    readonly from: UtcMs;
    readonly to: UtcMs;
    readonly by?: PersonId | undefined;
    readonly caseId?: string | undefined;
  }): HoldId {
    requireSpan(of.from, of.to, this.#clock.wallNow());
    return this.#insert({ ...of, reason: '', origin: 'complaint' });
  }

  #insert(of: {
    readonly counterId: CounterId;
    readonly from: UtcMs;
    readonly to: UtcMs;
    readonly reason: string;
    readonly caseId?: string | undefined;
    readonly by?: PersonId | undefined;
    readonly origin: 'person' | 'complaint';
  }): HoldId {
    const id = newId(holdIdSchema);
    const { counterId, from, to, reason, caseId, by, origin } = of;
    this.#database.run(
      this.#tables.insertInto('hold').values({
        ...{ id, counter_id: counterId, from_ms: from, to_ms: to, case_id: caseId ?? null, origin },
        reason: reason === '' ? '' : this.#shield.seal(reason, `hold/${id}`),
        ...{ placed_at: this.#clock.wallNow(), placed_by: by ?? null },
      }),
    );
    this.#audit.append({
      kind: 'hold-placed',
      personId: by,
      subject: { holdId: id, counterId, from, to },
      // Which case a hold belongs to, and that a complaint placed it, says that somebody complained.
      shielded: { reason: reason === '' ? undefined : reason, caseId, origin },
    });
    return id;
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: HoldId): Hold {
    const row = this.#database.first(this.#selected.where('h.id', '=', id));
    if (row === undefined || !this.#sight.seesCounter(actor, row.counter_id)) throw notFound('hold');
    return this.#shown(row);
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
    return this.#database.all(select).map((row) => this.#shown(row));
  }

  #shown(row: RetentionTables['hold'] & { display_name: string | null; released_from: number | null }): Hold {
    const { id, reason, placed_by: placedBy } = row;
    return {
      ...{
        id,
        counterId: row.counter_id,
        from: utcMs(row.from_ms),
        to: utcMs(row.to_ms),
        origin: row.origin,
      },
      reason: Shield.isSealed(reason) ? this.#shield.open(reason, `hold/${id}`) : reason,
      ...(row.case_id === null ? {} : { caseId: row.case_id }),
      placedAt: utcMs(row.placed_at),
      ...(placedBy === null ? {} : { placedBy: { id: placedBy, displayName: row.display_name ?? '' } }),
      ...(row.released_from === null ? {} : { releasedFrom: utcMs(row.released_from) }),
    };
  }

  get #selected() {
    return this.#tables
      .selectFrom('hold as h')
      .leftJoin('person as p', 'p.id', 'h.placed_by')
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
  if (from >= to) throw badInput('/to', 'later-than', { field: 'from' });
  if (to > now + aheadMs) throw badInput('/to', 'hours-ahead', { count: 24 });
  if (to - from > longestMs) throw badInput('/from', 'days-before', { count: 31, field: 'to' });
}
