import type { Clock } from '@minhbach/shared/clock';
import { defaultRetentionDays } from '@minhbach/shared/object-store';
import type { CounterDays, RetentionPolicy, retentionPatchSchema } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type PersonId, type SiteId } from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { requireMay, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { conflict } from '../problem/index.ts';
import type { RetentionTables } from './retention-schema.ts';

type AllTables = RetentionTables & {
  person: { id: string; display_name: string };
  counter: { id: CounterId; site_id: string };
  site: { id: string; unit_id: string };
};

/** As many as one message takes. */
const mostCountersTold = 2_000;

/** How long each counter's footage is kept, and who decided that on which basis. */
export class RetentionPolicies {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #sight: Sight;
  readonly #clock: Clock;
  readonly #onStated: () => void;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly sight: Sight;
    readonly clock: Clock;
    /** Called when the days of some counter may be others, soon after they are durable. */
    readonly onStated?: () => void;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#sight = parts.sight;
    this.#clock = parts.clock;
    this.#onStated = parts.onStated ?? (() => undefined);
  }

  of(counterId: CounterId): RetentionPolicy {
    const row = this.#database.first(
      this.#database
        .tables<AllTables>()
        .selectFrom('retention_policy as r')
        .innerJoin('person as p', 'p.id', 'r.decided_by')
        .selectAll('r')
        .select('p.display_name')
        .where('r.counter_id', '=', counterId)
        .orderBy('r.seq', 'desc')
        .limit(1),
    );
    if (row === undefined) return { counterId, days: defaultRetentionDays, basis: '' };
    return {
      counterId,
      days: row.days,
      basis: row.basis,
      ...(row.quota_bytes === null ? {} : { quotaBytes: row.quota_bytes }),
      decidedAt: utcMs(row.decided_at),
      decidedBy: { id: row.decided_by, displayName: row.display_name },
    };
  }

  find(actor: Actor, counterId: string): RetentionPolicy {
    requireMay(actor, 'retention.read');
    return this.of(this.#sight.requireCounter(actor, counterId).counterId);
  }

  /** Of every counter. */
  all(): RetentionPolicy[] {
    return this.#counters('everything').map((id) => this.of(id));
  }

  /** For the site's recorders. Says nothing of holds. */
  daysAt(siteId: SiteId): CounterDays[] {
    const select = this.#database.tables<AllTables>().selectFrom('counter').select('id');
    return this.#database
      .all(select.where('site_id', '=', siteId).orderBy('id').limit(mostCountersTold))
      .map(({ id: counterId }) => ({ counterId, days: this.of(counterId).days }));
  }

  /** Of the counters in sight. */
  list(actor: Actor): RetentionPolicy[] {
    requireMay(actor, 'retention.read');
    return this.#counters(actor).map((id) => this.of(id));
  }

  /** Fewer days than hold now are refused. Durable and in the audit on return. */
  change(actor: Actor, counterId: string, change: z.output<typeof retentionPatchSchema>): RetentionPolicy {
    requireMay(actor, 'retention.manage');
    const { counterId: id } = this.#sight.requireCounter(actor, counterId);
    return this.#database.transaction(() => {
      const before = this.of(id);
      const days = change.days ?? before.days;
      if (days < before.days) {
        throw conflict(
          'two-keys-needed',
          `Fewer days than ${before.days} need a second key; the days stay.`,
          { days: before.days },
        );
      }
      const quotaBytes = change.quotaBytes === undefined ? (before.quotaBytes ?? null) : change.quotaBytes;
      this.state({ counterId: id, days, basis: change.basis, quotaBytes, decidedBy: actor.person.id });
      return this.of(id);
    });
  }

  /** Whoever calls it has seen to it that this may be. Durable with the transaction it is called in. */
  state(of: {
    readonly counterId: CounterId;
    readonly days: number;
    readonly basis: string;
    readonly quotaBytes: number | null;
    readonly decidedBy: PersonId;
    readonly approvalId?: string;
  }): void {
    const { counterId, days, basis, quotaBytes, decidedBy, approvalId } = of;
    const daysBefore = this.of(counterId).days;
    this.#database.run(
      this.#database
        .tables<AllTables>()
        .insertInto('retention_policy')
        .values({
          ...{ counter_id: counterId, days, basis, quota_bytes: quotaBytes },
          ...{ decided_at: this.#clock.wallNow(), decided_by: decidedBy },
        }),
    );
    this.#audit.append({
      kind: 'retention-changed',
      personId: decidedBy,
      subject: { counterId, days, daysBefore, quotaBytes: quotaBytes ?? undefined, approvalId },
      shielded: { basis },
    });
    // Not before the transaction has ended.
    setImmediate(() => this.#onStated());
  }

  #counters(of: Actor | 'everything'): CounterId[] {
    const sight = of === 'everything' ? { but: undefined } : unitSight(of);
    if (sight === 'nothing') return [];
    let select = this.#database
      .tables<AllTables>()
      .selectFrom('counter as c')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .select('c.id')
      .orderBy('c.id');
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    return this.#database.all(select).map((row) => row.id);
  }
}
