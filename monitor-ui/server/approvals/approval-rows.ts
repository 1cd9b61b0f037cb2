import type { Approval, ApprovalKind, ApprovalState } from '@minhbach/shared/protocol';
import {
  utcMs,
  type ApprovalId,
  type PersonId,
  type UnitId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { UnitSight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { ApprovalTables } from './approval-schema.ts';

type Row = ApprovalTables['approval'];

export interface ApprovalRow extends Row {
  readonly asker_name: string;
  readonly asker_unit_name: string;
  readonly asker_unit_now: UnitId;
  readonly asker_staff_number_now: string | null;
  readonly decider_name: string | null;
  readonly decider_unit_name: string | null;
}

type AllTables = ApprovalTables & {
  person: { id: PersonId; display_name: string; unit_id: UnitId; staff_number: string | null };
  unit: { id: UnitId; name: string };
  counter: { id: string; site_id: string };
  site: { id: string; unit_id: UnitId };
};

/** Approvals as they lie in the database, with the names of who asked and decided. */
export class ApprovalRows {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  insert(row: Row): void {
    this.#database.run(this.#tables.insertInto('approval').values(row));
  }

  find(id: ApprovalId): ApprovalRow | undefined {
    return this.#database.first(this.#selected.where('a.id', '=', id));
  }

  latestOf(kind: ApprovalKind, subjectId: string): ApprovalRow | undefined {
    return this.#database.first(
      this.#selected
        .where('a.kind', '=', kind)
        .where('a.subject_id', '=', subjectId)
        .orderBy('a.id', 'desc')
        .limit(1),
    );
  }

  list(of: {
    readonly state?: ApprovalState | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
    readonly sight: Exclude<UnitSight, 'nothing'>;
    readonly kinds: readonly ApprovalKind[];
    /** Whose own are listed whatever their kind. */
    readonly askedBy: PersonId;
  }): ApprovalRow[] {
    let select = this.#selected.orderBy('a.id', 'desc').limit(of.limit);
    select = select.where((e) =>
      e.or([e('a.asked_by', '=', of.askedBy), ...(of.kinds.length > 0 ? [e('a.kind', 'in', of.kinds)] : [])]),
    );
    const { sight } = of;
    if ('only' in sight) {
      select = select.where((e) => e.or([e('s.unit_id', '=', sight.only), e('a.counter_id', 'is', null)]));
    } else if (sight.but !== undefined) {
      const { but } = sight;
      select = select.where((e) => e.or([e('s.unit_id', '!=', but), e('a.counter_id', 'is', null)]));
    }
    if (of.state !== undefined) select = select.where('a.state', '=', of.state);
    if (of.before !== undefined) select = select.where('a.id', '<', of.before as ApprovalId);
    return this.#database.all(select);
  }

  overdue(now: UtcMs): ApprovalRow[] {
    return this.#database.all(
      this.#selected.where('a.state', '=', 'waiting').where('a.expires_at', '<=', now),
    );
  }

  decide(
    id: ApprovalId,
    decision: Pick<Row, 'decided_by' | 'decided_unit_id' | 'decided_at' | 'decision_reason'> & {
      readonly state: 'given' | 'refused';
    },
  ): void {
    this.#database.run(this.#tables.updateTable('approval').set(decision).where('id', '=', id));
  }

  expire(id: ApprovalId): void {
    this.#database.run(this.#tables.updateTable('approval').set({ state: 'expired' }).where('id', '=', id));
  }

  get #selected() {
    return this.#tables
      .selectFrom('approval as a')
      .innerJoin('person as p', 'p.id', 'a.asked_by')
      .innerJoin('unit as u', 'u.id', 'a.asked_unit_id')
      .leftJoin('person as d', 'd.id', 'a.decided_by')
      .leftJoin('unit as v', 'v.id', 'a.decided_unit_id')
      .leftJoin('counter as c', 'c.id', 'a.counter_id')
      .leftJoin('site as s', 's.id', 'c.site_id')
      .selectAll('a')
      .select([
        'p.display_name as asker_name',
        'u.name as asker_unit_name',
        'p.unit_id as asker_unit_now',
        'p.staff_number as asker_staff_number_now',
        'd.display_name as decider_name',
        'v.name as decider_unit_name',
      ]);
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}

export function toApproval(row: ApprovalRow, mayDecide: boolean, personName?: string): Approval {
  const asked = {
    ...{ id: row.id, kind: row.kind, subjectId: row.subject_id },
    ...(row.counter_id === null ? {} : { counterId: row.counter_id }),
    ...(personName === undefined ? {} : { personName }),
    ...(row.from_ms === null ? {} : { from: utcMs(row.from_ms) }),
    ...(row.to_ms === null ? {} : { to: utcMs(row.to_ms) }),
    reason: row.reason,
    askedBy: {
      id: row.asked_by,
      displayName: row.asker_name,
      unitId: row.asked_unit_id,
      unitName: row.asker_unit_name,
    },
    askedAt: utcMs(row.asked_at),
    expiresAt: utcMs(row.expires_at),
    mayDecide,
  };
  switch (row.state) {
    case 'waiting':
    case 'expired':
      return { ...asked, state: row.state };
    case 'given':
    case 'refused': {
      const { decided_by: id, decided_unit_id: unitId, decided_at: at } = row;
      if (id === null || unitId === null || at === null)
        throw new Error(`approval ${row.id} names no decider`);
      return {
        ...asked,
        state: row.state,
        decidedBy: {
          ...{ id, displayName: row.decider_name ?? '' },
          ...{ unitId, unitName: row.decider_unit_name ?? '' },
        },
        decidedAt: utcMs(at),
        decisionReason: row.decision_reason ?? '',
      };
    }
    default:
      return row.state satisfies never;
  }
}
