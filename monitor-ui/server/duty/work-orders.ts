import type { Clock } from '@minhbach/shared/clock';
import type { WorkOrder, workOrderInputSchema } from '@minhbach/shared/protocol';
import {
  newId,
  sourceIdSchema,
  utcMs,
  workOrderIdSchema,
  type CounterId,
  type PersonId,
  type SiteId,
  type WorkOrderId,
} from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { requireMay, unitSight, type Actor, type Places, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, conflict, notFound } from '../problem/index.ts';
import type { DutyTables } from './duty-schema.ts';

const aheadMs = 92 * 86_400_000;
const longestMs = 7 * 86_400_000;
const sourceIdsSchema = z.array(sourceIdSchema);

type Tables = DutyTables & {
  person: { id: PersonId; display_name: string };
  site: { id: SiteId; unit_id: string };
};

export interface WorkOrdersParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly places: Pick<Places, 'source'>;
  readonly clock: Clock;
}

/** Work announced before it begins. Rows that nobody changes; ending one early is a row of its own. */
export class WorkOrders {
  readonly #parts: WorkOrdersParts;

  constructor(parts: WorkOrdersParts) {
    this.#parts = parts;
  }

  /** Durable and in the audit on return. */
  open(actor: Actor, input: z.output<typeof workOrderInputSchema>): WorkOrder {
    requireMay(actor, 'work-orders.open');
    const { database, audit, clock } = this.#parts;
    const { siteId, counterId } = this.#place(actor, input);
    const now = clock.wallNow();
    const { from, to } = input;
    if (from < now) {
      throw badInput('/from', 'work-not-begun');
    }
    if (from >= to) throw badInput('/to', 'later-than', { field: 'from' });
    if (to - from > longestMs) throw badInput('/to', 'days-after', { count: 7, field: 'from' });
    if (from - now > aheadMs) throw badInput('/from', 'days-ahead', { count: 92 });
    const id = newId(workOrderIdSchema);
    return database.transaction(() => {
      database.run(
        this.#tables.insertInto('work_order').values({
          id,
          site_id: siteId,
          counter_id: counterId ?? null,
          source_ids: input.sourceIds === undefined ? null : JSON.stringify(input.sourceIds),
          from_ms: from,
          to_ms: to,
          reason: input.reason,
          evidence: input.evidence ?? null,
          opened_at: now,
          opened_by: actor.person.id,
        }),
      );
      audit.append({
        kind: 'work-order-opened',
        personId: actor.person.id,
        subject: { workOrderId: id, siteId, counterId, sourceIds: input.sourceIds?.join(' '), from, to },
        shielded: { reason: input.reason, evidence: input.evidence },
      });
      return this.find(actor, id);
    });
  }

  /** It explains nothing from now on; one that has not begun explains nothing at all. */
  end(actor: Actor, id: WorkOrderId): WorkOrder {
    requireMay(actor, 'work-orders.open');
    const { database, audit, clock } = this.#parts;
    const order = this.find(actor, id);
    const now = clock.wallNow();
    if (order.endedAt !== undefined || order.to <= now) {
      throw conflict('work-order-over', 'This work order is over already.');
    }
    return database.transaction(() => {
      database.run(
        this.#tables
          .insertInto('work_order_end')
          .values({ work_order_id: id, ended_at: now, ended_by: actor.person.id }),
      );
      audit.append({
        kind: 'work-order-ended',
        personId: actor.person.id,
        subject: { workOrderId: id, siteId: order.siteId, counterId: order.counterId, at: now },
      });
      return this.find(actor, id);
    });
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: WorkOrderId): WorkOrder {
    const row = this.#database.first(this.#selected.where('w.id', '=', id));
    if (row === undefined || !this.#parts.sight.seesSite(actor, row.site_id)) throw notFound('work order');
    return toWorkOrder(actor, row);
  }

  /** In sight, the latest opened first; `before` is the last id of the page before. */
  list(
    actor: Actor,
    of: {
      readonly siteId?: SiteId | undefined;
      readonly counterId?: CounterId | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): WorkOrder[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    let select = this.#selected.orderBy('w.id', 'desc').limit(of.limit);
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    if (of.siteId !== undefined) select = select.where('w.site_id', '=', of.siteId);
    if (of.counterId !== undefined) {
      // Those of the whole site are about its counters too.
      const { siteId } = this.#parts.sight.requireCounter(actor, of.counterId);
      const own = of.counterId;
      select = select
        .where('w.site_id', '=', siteId)
        .where((where) => where.or([where('w.counter_id', 'is', null), where('w.counter_id', '=', own)]));
    }
    if (of.before !== undefined) select = select.where('w.id', '<', of.before as WorkOrderId);
    return this.#database.all(select).map((row) => toWorkOrder(actor, row));
  }

  #place(
    actor: Actor,
    { siteId, counterId, sourceIds }: z.output<typeof workOrderInputSchema>,
  ): { readonly siteId: SiteId; readonly counterId?: CounterId } {
    const { sight, places } = this.#parts;
    if (siteId !== undefined) {
      if (counterId !== undefined || sourceIds !== undefined) {
        throw badInput('/siteId', 'work-site-alone');
      }
      return { siteId: sight.requireSite(actor, siteId).siteId };
    }
    const [first] = sourceIds ?? [];
    const chosen =
      counterId ?? (first === undefined ? undefined : sight.requireSource(actor, first).counterId);
    if (chosen === undefined) throw badInput('', 'work-where');
    const place = sight.requireCounter(actor, chosen);
    for (const sourceId of sourceIds ?? []) {
      if (places.source(sourceId)?.counterId !== place.counterId) {
        throw badInput('/sourceIds', 'sources-of-one-counter');
      }
    }
    return { siteId: place.siteId, counterId: place.counterId };
  }

  get #selected() {
    return this.#tables
      .selectFrom('work_order as w')
      .innerJoin('person as p', 'p.id', 'w.opened_by')
      .innerJoin('site as s', 's.id', 'w.site_id')
      .leftJoin('work_order_end as e', 'e.work_order_id', 'w.id')
      .selectAll('w')
      .select(['p.display_name', 'e.ended_at']);
  }

  get #tables() {
    return this.#database.tables<Tables>();
  }

  get #database() {
    return this.#parts.database;
  }
}

function toWorkOrder(
  actor: Actor,
  row: DutyTables['work_order'] & { display_name: string; ended_at: number | null },
): WorkOrder {
  const forHead = actor.person.role === 'head';
  return {
    id: row.id,
    siteId: row.site_id,
    ...(row.counter_id === null ? {} : { counterId: row.counter_id }),
    ...(row.source_ids === null ? {} : { sourceIds: sourceIdsSchema.parse(JSON.parse(row.source_ids)) }),
    from: utcMs(row.from_ms),
    to: utcMs(row.to_ms),
    reason: row.reason,
    ...(row.evidence === null || forHead ? {} : { evidence: row.evidence }),
    openedAt: utcMs(row.opened_at),
    ...(forHead ? {} : { openedBy: { id: row.opened_by, displayName: row.display_name } }),
    ...(row.ended_at === null ? {} : { endedAt: utcMs(row.ended_at) }),
  };
}
