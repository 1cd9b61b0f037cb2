import type { z } from 'zod';
import type { Transaction, transactionQuerySchema } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type SiteId, type TransactionId } from '@minhbach/shared/units-of-measure';
import { unitSight, type Actor, type Sight, type UnitSight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, notFound } from '../problem/index.ts';
import { foldedCode } from './folded-code.ts';
import type { OfficialSight } from './official-sight.ts';
import type { TicketTables } from './tickets-schema.ts';

type Tables = TicketTables & {
  counter: { id: CounterId; site_id: SiteId };
  site: { id: SiteId; unit_id: string };
};
type Row = TicketTables['service'];

const longestListMs = 31 * 86_400_000;

export interface TransactionQuery extends Omit<z.output<typeof transactionQuerySchema>, 'cursor' | 'limit'> {
  readonly before?: { readonly startedAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** What queue machines told of, as people find it. */
export class Transactions {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #sight: Sight;
  readonly #officials: OfficialSight;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly sight: Sight;
    readonly officials: OfficialSight;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#sight = parts.sight;
    this.#officials = parts.officials;
  }

  /** Whether a search may be made; it is in the audit on return. Called once, before its pages are read. */
  requireSearch(actor: Actor, query: Omit<TransactionQuery, 'limit'>): void {
    const { counterId, from, to, ticket, dossierCode, officialCode, caseId } = query;
    if (counterId !== undefined) this.#sight.requireCounter(actor, counterId);
    if (from !== undefined && to !== undefined && from >= to)
      throw badInput('/query/to', 'later-than', { field: 'from' });
    if (officialCode !== undefined) this.#officials.requireLookUp(actor, officialCode, query);
    else if (ticket === undefined && dossierCode === undefined) {
      if (counterId === undefined || from === undefined || to === undefined)
        throw badInput('/query/ticket', 'ticket-or-span');
      if (to - from > longestListMs)
        throw badInput('/query/to', 'days-after-without-code', { count: 31, field: 'from' });
    }
    this.#audit.append({
      kind: 'searched',
      personId: actor.person.id,
      subject: { in: 'transactions', counterId, from, to, caseId },
      shielded: { ticket, dossierCode, officialCode },
    });
  }

  /** The latest first. */
  list(actor: Actor, query: TransactionQuery): Transaction[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    return this.#database
      .all(this.#filtered(query, sight).limit(query.limit))
      .map((row) => this.#shown(actor, row, query.caseId));
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: string, caseId: string | undefined): Transaction {
    const row = this.#database.first(
      this.#tables
        .selectFrom('service')
        .selectAll()
        .where('id', '=', id as TransactionId),
    );
    if (row === undefined || !this.#sight.seesCounter(actor, row.counter_id)) throw notFound('transaction');
    return this.#shown(actor, row, caseId);
  }

  #filtered(query: TransactionQuery, sight: Exclude<UnitSight, 'nothing'>) {
    let select = this.#tables
      .selectFrom('service as t')
      .innerJoin('counter as c', 'c.id', 't.counter_id')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .selectAll('t');
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    const { ticket, dossierCode, officialCode, counterId, from, to, before } = query;
    if (ticket !== undefined) select = select.where('t.ticket_folded', '=', foldedCode(ticket));
    if (dossierCode !== undefined) select = select.where('t.dossier_folded', '=', foldedCode(dossierCode));
    if (officialCode !== undefined) select = select.where('t.official_folded', '=', foldedCode(officialCode));
    if (counterId !== undefined) select = select.where('t.counter_id', '=', counterId);
    if (from !== undefined) select = select.where('t.started_at', '>=', from);
    if (to !== undefined) select = select.where('t.started_at', '<', to);
    if (before !== undefined) {
      select = select.where((e) =>
        e.or([
          e('t.started_at', '<', before.startedAt),
          e.and([e('t.started_at', '=', before.startedAt), e('t.id', '<', before.id as TransactionId)]),
        ]),
      );
    }
    return select.orderBy('t.started_at', 'desc').orderBy('t.id', 'desc');
  }

  #shown(actor: Actor, row: Row, caseId: string | undefined): Transaction {
    const startedAt = utcMs(row.started_at);
    const endedAt = row.ended_at === null ? undefined : utcMs(row.ended_at);
    const sees = this.#officials.sees(
      actor,
      caseId,
      row.counter_id,
      startedAt,
      endedAt ?? utcMs(startedAt + 1),
    );
    return {
      id: row.id,
      counterId: row.counter_id,
      ...(row.ticket === null ? {} : { ticket: row.ticket }),
      ...(row.dossier_code === null ? {} : { dossierCode: row.dossier_code }),
      ...(row.official_code === null || !sees ? {} : { officialCode: row.official_code }),
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
    };
  }

  get #tables() {
    return this.#database.tables<Tables>();
  }
}
