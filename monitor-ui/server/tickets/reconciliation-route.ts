import {
  reconciliationQuerySchema,
  reconciliationSchema,
  type Reconciliation,
} from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput } from '../problem/index.ts';
import { Reconciler, type SourceSpans } from './reconcile.ts';
import type { TicketTables } from './tickets-schema.ts';

const longestMs = 31 * 86_400_000;
const longestServiceMs = 12 * 3_600_000;
const mostServices = 20_000;

export interface ReconciliationParts {
  readonly database: MonitorDatabase;
  readonly sight: Sight;
  /** What became of each source of the counter, retired ones too. */
  readonly timelines: (counterId: CounterId, from: UtcMs, to: UtcMs, now: UtcMs) => readonly SourceSpans[];
}

export function reconciliationRoute({ database, sight, timelines }: ReconciliationParts): Route {
  const servicesOf = (counterId: CounterId, from: UtcMs, to: UtcMs) =>
    database.all(
      database
        .tables<TicketTables>()
        .selectFrom('service')
        .select(['id', 'ticket', 'dossier_code', 'started_at', 'ended_at'])
        .where('counter_id', '=', counterId)
        .where('started_at', '>=', from)
        .where('started_at', '<', to)
        .orderBy('started_at')
        .limit(mostServices + 1),
    );
  return defineRoute({
    method: 'get',
    path: '/reconciliation',
    action: 'reconciliation.read',
    summary: 'Services that began within the span, each against the picture and sound there is of it.',
    query: reconciliationQuerySchema,
    answer: { status: 200, schema: reconciliationSchema },
    handle({ actor, query: { counterId, from, to }, now }): Reconciliation {
      sight.requireCounter(actor, counterId);
      if (from >= to) throw badInput('/query/to', 'later-than', { field: 'from' });
      if (to - from > longestMs) throw badInput('/query/to', 'days-after', { count: 31, field: 'from' });
      const services = servicesOf(counterId, from, to);
      if (services.length > mostServices)
        throw badInput('/query/to', 'transactions-at-most', { count: mostServices });
      const until = utcMs(to + longestServiceMs);
      const reconciler = new Reconciler(services.length === 0 ? [] : timelines(counterId, from, until, now));
      const items = services.map((row): Reconciliation['items'][number] => {
        const startedAt = utcMs(row.started_at);
        const endedAt = row.ended_at === null ? undefined : utcMs(row.ended_at);
        return {
          transactionId: row.id,
          ...(row.ticket === null ? {} : { ticket: row.ticket }),
          ...(row.dossier_code === null ? {} : { dossierCode: row.dossier_code }),
          startedAt,
          ...(endedAt === undefined ? {} : { endedAt }),
          ...reconciler.judge({ startedAt, endedAt }, now),
        };
      });
      const count = (state: Reconciliation['items'][number]['state']) =>
        items.filter((item) => item.state === state).length;
      return {
        asOf: now,
        served: items.length,
        whole: count('whole'),
        noSound: count('no-sound'),
        noPicture: count('no-picture'),
        missing: count('missing'),
        running: count('running'),
        items,
      };
    },
  });
}
