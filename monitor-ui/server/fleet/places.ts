import type { CounterId, SiteId, SourceId } from '@minhbach/shared/units-of-measure';
import type { CounterPlace, Places, SitePlace, SourcePlace } from '../access/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { FleetTables } from './fleet-schema.ts';

/** Where sites, counters and sources stand, by id. */
export class FleetPlaces implements Places {
  readonly #database: MonitorDatabase;

  constructor(database: MonitorDatabase) {
    this.#database = database;
  }

  site(id: string): SitePlace | undefined {
    return this.#database.first(
      this.#database
        .tables<FleetTables>()
        .selectFrom('site')
        .select(['id as siteId', 'unit_id as unitId'])
        .where('id', '=', id as SiteId),
    );
  }

  counter(id: string): CounterPlace | undefined {
    return this.#database.first(
      this.#database
        .tables<FleetTables>()
        .selectFrom('counter as c')
        .innerJoin('site as s', 's.id', 'c.site_id')
        .select(['c.id as counterId', 's.id as siteId', 's.unit_id as unitId'])
        .where('c.id', '=', id as CounterId),
    );
  }

  source(id: string): SourcePlace | undefined {
    return this.#database.first(
      this.#database
        .tables<FleetTables>()
        .selectFrom('source as o')
        .innerJoin('counter as c', 'c.id', 'o.counter_id')
        .innerJoin('site as s', 's.id', 'c.site_id')
        .select(['o.id as sourceId', 'c.id as counterId', 's.id as siteId', 's.unit_id as unitId'])
        .where('o.id', '=', id as SourceId),
    );
  }
}
