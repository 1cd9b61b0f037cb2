import { sql, type Compilable } from 'kysely';
import type { AlarmKind, AlarmState } from '@minhbach/shared/protocol';
import {
  alarmIdSchema,
  newId,
  type AlarmId,
  type CounterId,
  type PersonId,
  type RecorderId,
  type SiteId,
  type UnitId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { UnitSight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { toFact, type AlarmFact, type AlarmRow } from './alarm-fact.ts';
import type { AlarmTables } from './alarm-schema.ts';

type AllTables = AlarmTables & {
  person: { id: PersonId; display_name: string };
  site: { id: SiteId; name: string; unit_id: UnitId };
  counter: { id: CounterId; name: string };
};
type AlarmValues = AlarmTables['alarm'];

/** Whose sites an alarm concerns, wherever its site belongs to now. */
const ofUnit = sql<UnitId>`coalesce(s.unit_id, a.unit_id)`;

export interface AlarmQuery {
  readonly sight: Exclude<UnitSight, 'nothing'>;
  readonly kinds: readonly AlarmKind[];
  readonly state?: AlarmState | 'open' | undefined;
  readonly siteId?: SiteId | undefined;
  /** A person, or `none`. */
  readonly owner?: string | undefined;
  readonly afterSeq?: number | undefined;
  readonly before?: { readonly raisedAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** The table of alarms. Rows are added and changed here and nowhere else; every write takes the next `seq`. */
export class AlarmStore {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  insert(values: Omit<AlarmValues, 'id' | 'seq'>): AlarmFact {
    const id = newId(alarmIdSchema);
    this.#database.run(this.#tables.insertInto('alarm').values({ ...values, id, seq: this.#nextSeq() }));
    return this.require(id);
  }

  update(id: AlarmId, values: Partial<Omit<AlarmValues, 'id' | 'seq'>>): AlarmFact {
    this.#database.run(
      this.#tables
        .updateTable('alarm')
        .set({ ...values, seq: this.#nextSeq() })
        .where('id', '=', id),
    );
    return this.require(id);
  }

  find(id: string): AlarmFact | undefined {
    return this.#first(this.#selected.where('a.id', '=', id as AlarmId));
  }

  require(id: AlarmId): AlarmFact {
    const fact = this.find(id);
    if (fact === undefined) throw new Error(`alarm ${id} is gone, which cannot be`);
    return fact;
  }

  /** The open one if there is one, else the one raised last. */
  latest(mergeKey: string): AlarmFact | undefined {
    return this.#first(
      this.#selected
        .where('a.merge_key', '=', mergeKey)
        .orderBy(sql`a.state = 'closed'`)
        .orderBy('a.raised_at', 'desc')
        .limit(1),
    );
  }

  /** Alarms whose condition has not ended, closed ones too; of one recorder or of all. */
  notEnded(recorderId?: RecorderId): AlarmFact[] {
    let select = this.#selected.where('a.condition', '!=', 'ended');
    if (recorderId !== undefined) select = select.where('a.recorder_id', '=', recorderId);
    return this.#database.all(select.orderBy('a.seq')).map(toFact);
  }

  /** Open and owned by nobody since `before` or longer. */
  unownedSince(before: UtcMs): AlarmFact[] {
    const select = this.#selected
      .where('a.state', '!=', 'closed')
      .where('a.owned_by', 'is', null)
      .where('a.unowned_since', '<=', before)
      .orderBy('a.seq');
    return this.#database.all(select).map(toFact);
  }

  openCount(): number {
    const row = this.#database.first(
      this.#tables
        .selectFrom('alarm')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('state', '!=', 'closed'),
    );
    return Number(row?.count ?? 0);
  }

  /** The latest raised first; after a `seq`, the oldest change first. */
  list(query: AlarmQuery): AlarmFact[] {
    return this.#database.all(this.#filtered(query).limit(query.limit)).map(toFact);
  }

  #filtered({ sight, kinds, state, siteId, owner, afterSeq, before }: AlarmQuery) {
    let select = this.#selected.where('a.kind', 'in', [...kinds]);
    if ('only' in sight) select = select.where(ofUnit, '=', sight.only);
    else if (sight.but !== undefined) select = select.where(ofUnit, '!=', sight.but);
    if (state === 'open') select = select.where('a.state', '!=', 'closed');
    else if (state !== undefined) select = select.where('a.state', '=', state);
    if (siteId !== undefined) select = select.where('a.site_id', '=', siteId);
    if (owner === 'none') select = select.where('a.owned_by', 'is', null);
    else if (owner !== undefined) select = select.where('a.owned_by', '=', owner as PersonId);
    if (afterSeq !== undefined) return select.where('a.seq', '>', afterSeq).orderBy('a.seq');
    if (before !== undefined) {
      select = select.where((e) =>
        e.or([
          e('a.raised_at', '<', before.raisedAtMs),
          e.and([e('a.raised_at', '=', before.raisedAtMs), e('a.id', '<', before.id as AlarmId)]),
        ]),
      );
    }
    return select.orderBy('a.raised_at', 'desc').orderBy('a.id', 'desc');
  }

  #first(select: Compilable<AlarmRow>): AlarmFact | undefined {
    const row = this.#database.first(select);
    return row && toFact(row);
  }

  #nextSeq(): number {
    const last = this.#database.first(
      this.#tables.selectFrom('alarm').select((e) => e.fn.max('seq').as('seq')),
    );
    return Number(last?.seq ?? 0) + 1;
  }

  get #selected() {
    return this.#tables
      .selectFrom('alarm as a')
      .leftJoin('site as s', 's.id', 'a.site_id')
      .leftJoin('counter as c', 'c.id', 'a.counter_id')
      .leftJoin('person as pa', 'pa.id', 'a.acknowledged_by')
      .leftJoin('person as po', 'po.id', 'a.owned_by')
      .leftJoin('person as pe', 'pe.id', 'a.explained_by')
      .leftJoin('person as pc', 'pc.id', 'a.closed_by')
      .selectAll('a')
      .select(ofUnit.as('of_unit'))
      .select([
        's.name as site_name',
        'c.name as counter_name',
        'pa.display_name as acknowledged_name',
        'po.display_name as owned_name',
        'pe.display_name as explained_name',
        'pc.display_name as closed_name',
      ]);
  }

  get #tables() {
    return this.#database.tables<AllTables>();
  }
}
