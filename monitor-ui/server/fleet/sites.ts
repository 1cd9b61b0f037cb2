import type { Site } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  newId,
  siteIdSchema,
  type CounterId,
  type SiteId,
  type UnitId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { UnitSight } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { FleetTables } from './fleet-schema.ts';

export interface ListRange {
  readonly sight: UnitSight;
  readonly after?: string | undefined;
  readonly limit: number;
}
export interface CounterRow {
  readonly id: CounterId;
  readonly name: string;
  readonly siteId: SiteId;
}

/** Offices and the desks in them. Neither is ever deleted: footage refers to them. */
export class Sites {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  find(id: SiteId): Site | undefined {
    return this.#database.first(this.#sites.where('id', '=', id));
  }

  list(range: ListRange): Site[] {
    if (range.sight === 'nothing') return [];
    let query = this.#sites.orderBy('id').limit(range.limit);
    if ('only' in range.sight) query = query.where('unit_id', '=', range.sight.only);
    else if (range.sight.but !== undefined) query = query.where('unit_id', '!=', range.sight.but);
    if (range.after !== undefined) query = query.where('id', '>', range.after as SiteId);
    return this.#database.all(query);
  }

  create(site: { readonly name: string; readonly unitId: UnitId }): Site {
    const id = newId(siteIdSchema);
    this.#database.run(this.#table.insertInto('site').values({ id, name: site.name, unit_id: site.unitId }));
    return { id, ...site };
  }

  change(
    id: SiteId,
    change: { readonly name?: string | undefined; readonly unitId?: UnitId | undefined },
  ): void {
    const values = {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.unitId === undefined ? {} : { unit_id: change.unitId }),
    };
    if (Object.keys(values).length === 0) return;
    this.#database.run(this.#table.updateTable('site').set(values).where('id', '=', id));
  }

  findCounter(id: string): (CounterRow & { readonly createdAt: UtcMs }) | undefined {
    return this.#database.first(
      this.#table
        .selectFrom('counter')
        .select(['id', 'name', 'site_id as siteId', 'created_at as createdAt'])
        .where('id', '=', id as CounterId)
        .$castTo<CounterRow & { createdAt: UtcMs }>(),
    );
  }

  listCounters(range: ListRange & { readonly siteId?: SiteId | undefined }): CounterRow[] {
    if (range.sight === 'nothing') return [];
    let query = this.#table
      .selectFrom('counter as c')
      .innerJoin('site as s', 's.id', 'c.site_id')
      .select(['c.id', 'c.name', 'c.site_id as siteId'])
      .orderBy('c.id')
      .limit(range.limit);
    if ('only' in range.sight) query = query.where('s.unit_id', '=', range.sight.only);
    else if (range.sight.but !== undefined) query = query.where('s.unit_id', '!=', range.sight.but);
    if (range.siteId !== undefined) query = query.where('c.site_id', '=', range.siteId);
    if (range.after !== undefined) query = query.where('c.id', '>', range.after as CounterId);
    return this.#database.all(query);
  }

  createCounter(counter: { readonly name: string; readonly siteId: SiteId }, now: UtcMs): CounterRow {
    const id = newId(counterIdSchema);
    this.#database.run(
      this.#table
        .insertInto('counter')
        .values({ id, name: counter.name, site_id: counter.siteId, created_at: now }),
    );
    return { id, ...counter };
  }

  renameCounter(id: CounterId, name: string): void {
    this.#database.run(this.#table.updateTable('counter').set({ name }).where('id', '=', id));
  }

  get #sites() {
    return this.#table.selectFrom('site').select(['id', 'name', 'unit_id as unitId']);
  }

  get #table() {
    return this.#database.tables<FleetTables>();
  }
}
