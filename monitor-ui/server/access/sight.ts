import type { CounterId, SiteId, SourceId, UnitId } from '@minhbach/shared/units-of-measure';
import { notFound } from '../problem/index.ts';
import type { Actor } from './actor.ts';

/** Where a thing of the fleet stands. */
export interface SitePlace {
  readonly siteId: SiteId;
  readonly unitId: UnitId;
}
export interface CounterPlace extends SitePlace {
  readonly counterId: CounterId;
}
export interface SourcePlace extends CounterPlace {
  readonly sourceId: SourceId;
}

/** Answered by the fleet; `undefined` for what does not exist. */
export interface Places {
  site(id: string): SitePlace | undefined;
  counter(id: string): CounterPlace | undefined;
  source(id: string): SourcePlace | undefined;
}

/** Which units' sites a person sees: `only` one, or all `but` one (or none). */
export type UnitSight = { readonly only: UnitId } | { readonly but: UnitId | undefined } | 'nothing';

/**
 * People of an oversight unit see every site, others those of their own unit. An investigator never sees the unit
 * he belongs to.
 */
export function unitSight({ person, unit }: Actor): UnitSight {
  const blind = person.role === 'investigator' ? person.unitId : undefined;
  if (unit.oversight) return { but: blind };
  return blind === undefined ? { only: person.unitId } : 'nothing';
}

export function seesUnit(actor: Actor, unitId: UnitId): boolean {
  const sight = unitSight(actor);
  if (sight === 'nothing') return false;
  return 'only' in sight ? sight.only === unitId : sight.but !== unitId;
}

/** Objects by id, or the 404 that tells nobody whether they exist. */
export class Sight {
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  requireSite(actor: Actor, siteId: string): SitePlace {
    return seen(actor, this.#places.site(siteId), 'site');
  }

  requireCounter(actor: Actor, counterId: string): CounterPlace {
    return seen(actor, this.#places.counter(counterId), 'counter');
  }

  requireSource(actor: Actor, sourceId: string): SourcePlace {
    return seen(actor, this.#places.source(sourceId), 'source');
  }

  seesSite(actor: Actor, siteId: string): boolean {
    const place = this.#places.site(siteId);
    return place !== undefined && seesUnit(actor, place.unitId);
  }

  seesCounter(actor: Actor, counterId: string): boolean {
    const place = this.#places.counter(counterId);
    return place !== undefined && seesUnit(actor, place.unitId);
  }
}

function seen<Place extends SitePlace>(actor: Actor, place: Place | undefined, what: string): Place {
  if (place === undefined || !seesUnit(actor, place.unitId)) throw notFound(what);
  return place;
}
