import { utcMs, type CounterId, type TransactionId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { may, unitSight, type Actor } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { foldedCode } from './folded-code.ts';
import type { TicketTables } from './tickets-schema.ts';

type Tables = TicketTables & {
  counter: { id: CounterId; site_id: string };
  site: { id: string; unit_id: string };
};

export interface ServedSpan {
  readonly id: TransactionId;
  readonly counterId: CounterId;
  readonly ticket?: string | undefined;
  readonly dossierCode?: string | undefined;
  readonly from: UtcMs;
  /** Its end, or a quarter of an hour after its start while none was told. */
  readonly to: UtcMs;
}

type Column = 'ticket_folded' | 'dossier_folded';
const endlessMs = 15 * 60_000;
const mostSpans = 5;

/** When and where codes were served, for rooms that start from what people remember. */
export class ServedSpans {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  /**
   * The latest first, at most 5, whoever asks. A dossier code says more than a ticket, whose numbers begin anew every
   * day, and both together say most.
   */
  readonly of = (codes: {
    readonly ticket?: string | undefined;
    readonly dossierCode?: string | undefined;
  }): ServedSpan[] => {
    const ticket = codes.ticket === undefined ? undefined : foldedCode(codes.ticket);
    if (codes.dossierCode === undefined) {
      return ticket === undefined ? [] : this.#read({ ticket_folded: ticket }, undefined, mostSpans);
    }
    const dossier = foldedCode(codes.dossierCode);
    const both = ticket === undefined ? {} : { ticket_folded: ticket };
    const found = this.#read({ dossier_folded: dossier, ...both }, undefined, mostSpans);
    if (found.length > 0 || ticket === undefined) return found;
    const byDossier = this.#read({ dossier_folded: dossier }, undefined, mostSpans);
    return byDossier.length > 0 ? byDossier : this.#read({ ticket_folded: ticket }, undefined, mostSpans);
  };

  /** What this person may find by the text as a code, the latest first. The caller notes the search in the audit. */
  readonly found = (
    actor: Actor,
    text: string,
    limit: number,
  ): (ServedSpan & { readonly by: 'ticket' | 'dossier-code'; readonly title: string })[] => {
    const code = foldedCode(text);
    if (code === '' || !may(actor, 'transactions.read')) return [];
    const byTicket = this.#read({ ticket_folded: code }, actor, limit);
    const known = new Set(byTicket.map(({ id }) => id));
    const byDossier = this.#read({ dossier_folded: code }, actor, limit).filter(({ id }) => !known.has(id));
    return [
      ...byTicket.map((span) => ({ ...span, by: 'ticket' as const, title: span.ticket ?? '' })),
      ...byDossier.map((span) => ({ ...span, by: 'dossier-code' as const, title: span.dossierCode ?? '' })),
    ].slice(0, limit);
  };

  #read(
    wanted: Readonly<Partial<Record<Column, string>>>,
    actor: Actor | undefined,
    limit: number,
  ): ServedSpan[] {
    const sight = actor === undefined ? { but: undefined } : unitSight(actor);
    if (sight === 'nothing') return [];
    let select = this.#database
      .tables<Tables>()
      .selectFrom('service as t')
      .innerJoin('counter as c', 'c.id', 't.counter_id')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .selectAll('t')
      .orderBy('t.started_at', 'desc')
      .orderBy('t.id', 'desc')
      .limit(limit);
    if (wanted.ticket_folded !== undefined)
      select = select.where('t.ticket_folded', '=', wanted.ticket_folded);
    if (wanted.dossier_folded !== undefined)
      select = select.where('t.dossier_folded', '=', wanted.dossier_folded);
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    return this.#database.all(select).map((row) => ({
      id: row.id,
      counterId: row.counter_id,
      ...(row.ticket === null ? {} : { ticket: row.ticket }),
      ...(row.dossier_code === null ? {} : { dossierCode: row.dossier_code }),
      from: utcMs(row.started_at),
      to: utcMs(row.ended_at ?? row.started_at + endlessMs),
    }));
  }
}
