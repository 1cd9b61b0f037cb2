import type { Clock } from '@minhbach/shared/clock';
import type {
  Incident,
  IncidentCategory,
  incidentInputSchema,
  incidentPatchSchema,
} from '@minhbach/shared/protocol';
import {
  incidentIdSchema,
  newId,
  utcMs,
  type CounterId,
  type IncidentId,
  type PersonId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { requireMay, unitSight, type Actor, type Sight, type UnitSight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, notFound, ProblemError } from '../problem/index.ts';
import { foldedText } from './folded-text.ts';
import type { IncidentTables } from './incident-schema.ts';

const aheadMs = 60_000;
const longestMs = 4 * 3_600_000;

type AllTables = IncidentTables & {
  person: { id: PersonId; display_name: string };
  counter: { id: CounterId; site_id: string };
  site: { id: string; unit_id: string };
};

export interface IncidentQuery {
  readonly counterId?: CounterId | undefined;
  readonly from?: UtcMs | undefined;
  readonly to?: UtcMs | undefined;
  readonly category?: IncidentCategory | undefined;
  readonly text?: string | undefined;
  readonly afterSeq?: number | undefined;
  readonly before?: { readonly fromMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** An incident as everybody may see it who may see it at all; `own` is added for each reader. */
export type IncidentFact = Omit<Incident, 'own'>;

/** Moments bookmarked by monitors. */
export class Incidents {
  readonly #database: MonitorDatabase;
  readonly #audit: AuditLog;
  readonly #sight: Sight;
  readonly #clock: Clock;
  readonly #announce: (incident: IncidentFact) => void;

  constructor(parts: {
    readonly database: MonitorDatabase;
    readonly audit: AuditLog;
    readonly sight: Sight;
    readonly clock: Clock;
    /** Called after the incident is durable. */
    readonly announce: (incident: IncidentFact) => void;
  }) {
    this.#database = parts.database;
    this.#audit = parts.audit;
    this.#sight = parts.sight;
    this.#clock = parts.clock;
    this.#announce = parts.announce;
  }

  /** Durable and in the audit on return. */
  create(actor: Actor, input: z.output<typeof incidentInputSchema>): Incident {
    requireMay(actor, 'incidents.create');
    const { counterId } = this.#sight.requireCounter(actor, input.counterId);
    const now = this.#clock.wallNow();
    requireSpan(input.from, input.to, now);
    const id = newId(incidentIdSchema);
    const incident = this.#database.transaction(() => {
      this.#database.run(
        this.#tables.insertInto('incident').values({
          id,
          seq: this.#nextSeq(),
          counter_id: counterId,
          from_ms: input.from,
          to_ms: input.to,
          category: input.category,
          severity: input.severity,
          note: input.note ?? null,
          note_folded: foldedText(input.note ?? ''),
          created_at: now,
          created_by: actor.person.id,
        }),
      );
      this.#audit.append({
        kind: 'bookmarked',
        personId: actor.person.id,
        subject: { incidentId: id, counterId, from: input.from, to: input.to, category: input.category },
        shielded: { note: input.note },
      });
      return this.#require(id);
    });
    this.#announce(incident);
    return asSeenBy(actor, incident);
  }

  /** Monitors change what they made; supervisors also what others made. */
  change(actor: Actor, id: string, patch: z.output<typeof incidentPatchSchema>): Incident {
    requireMay(actor, 'incidents.change');
    const before = this.find(actor, id);
    if (!before.own && actor.person.role !== 'supervisor') {
      throw new ProblemError(403, 'not-own', 'A monitor changes only incidents of his own.');
    }
    const incident = this.#database.transaction(() => {
      this.#database.run(
        this.#tables
          .updateTable('incident')
          .set({
            seq: this.#nextSeq(),
            ...(patch.category === undefined ? {} : { category: patch.category }),
            ...(patch.severity === undefined ? {} : { severity: patch.severity }),
            ...(patch.note === undefined ? {} : { note: patch.note, note_folded: foldedText(patch.note) }),
          })
          .where('id', '=', before.id),
      );
      this.#audit.append({
        kind: 'incident-changed',
        personId: actor.person.id,
        subject: { incidentId: before.id, category: patch.category, severity: patch.severity },
        shielded: { note: patch.note, noteBefore: patch.note === undefined ? undefined : before.note },
      });
      return this.#require(before.id);
    });
    this.#announce(incident);
    return asSeenBy(actor, incident);
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: string): Incident {
    const fact = this.#find(id);
    if (fact === undefined || !this.#sight.seesCounter(actor, fact.counterId)) throw notFound('incident');
    return asSeenBy(actor, fact);
  }

  /** The latest first; after a `seq`, the oldest change first. */
  list(actor: Actor, query: IncidentQuery): Incident[] {
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    return this.#database
      .all(this.#filtered(query, sight).limit(query.limit))
      .map((row) => asSeenBy(actor, toFact(row)));
  }

  /** What a monitor may play without another reason: counter and span of an incident this person made. */
  ownSpan(id: IncidentId, personId: PersonId): { counterId: CounterId; from: UtcMs; to: UtcMs } | undefined {
    const fact = this.#find(id);
    if (fact?.createdBy.id !== personId) return undefined;
    return { counterId: fact.counterId, from: fact.from, to: fact.to };
  }

  #filtered(query: IncidentQuery, sight: Exclude<UnitSight, 'nothing'>) {
    let select = this.#selected;
    if ('only' in sight) select = select.where('s.unit_id', '=', sight.only);
    else if (sight.but !== undefined) select = select.where('s.unit_id', '!=', sight.but);
    if (query.counterId !== undefined) select = select.where('i.counter_id', '=', query.counterId);
    if (query.from !== undefined) select = select.where('i.to_ms', '>', query.from);
    if (query.to !== undefined) select = select.where('i.from_ms', '<', query.to);
    if (query.category !== undefined) select = select.where('i.category', '=', query.category);
    const text = query.text === undefined ? '' : foldedText(query.text);
    if (text !== '') {
      select = select.where((e) => e(e.fn<number>('instr', ['i.note_folded', e.val(text)]), '>', 0));
    }
    if (query.afterSeq !== undefined) return select.where('i.seq', '>', query.afterSeq).orderBy('i.seq');
    const { before } = query;
    if (before !== undefined) {
      select = select.where((e) =>
        e.or([
          e('i.from_ms', '<', before.fromMs),
          e.and([e('i.from_ms', '=', before.fromMs), e('i.id', '<', before.id as IncidentId)]),
        ]),
      );
    }
    return select.orderBy('i.from_ms', 'desc').orderBy('i.id', 'desc');
  }

  #nextSeq(): number {
    const last = this.#database.first(
      this.#tables.selectFrom('incident').select((e) => e.fn.max('seq').as('seq')),
    );
    return Number(last?.seq ?? 0) + 1;
  }

  #find(id: string): IncidentFact | undefined {
    const row = this.#database.first(this.#selected.where('i.id', '=', id as IncidentId));
    return row && toFact(row);
  }

  #require(id: IncidentId): IncidentFact {
    const fact = this.#find(id);
    if (fact === undefined) throw notFound('incident');
    return fact;
  }

  get #selected() {
    return this.#tables
      .selectFrom('incident as i')
      .innerJoin('person as p', 'p.id', 'i.created_by')
      .innerJoin('counter as c', 'c.id', 'i.counter_id')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .selectAll('i')
      .select('p.display_name');
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}

export function asSeenBy(actor: Actor, fact: IncidentFact): Incident {
  return { ...fact, own: fact.createdBy.id === actor.person.id };
}

function requireSpan(from: UtcMs, to: UtcMs, now: UtcMs): void {
  if (from >= to) throw badInput('/to', 'later-than', { field: 'from' });
  if (to > now + aheadMs) throw badInput('/to', 'seconds-ahead', { count: 60 });
  if (to - from > longestMs) throw badInput('/from', 'hours-before', { count: 4, field: 'to' });
}

function toFact(row: IncidentTables['incident'] & { display_name: string }): IncidentFact {
  return {
    id: row.id,
    seq: row.seq,
    counterId: row.counter_id,
    from: utcMs(row.from_ms),
    to: utcMs(row.to_ms),
    category: row.category,
    severity: row.severity,
    ...(row.note === null ? {} : { note: row.note }),
    createdAt: utcMs(row.created_at),
    createdBy: { id: row.created_by, displayName: row.display_name },
  };
}
