import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import type { ComplaintRows } from './complaint-rows.ts';

const offsetMs = 7 * 3_600_000;
const weekMs = 7 * 86_400_000;
/** 1 January 1970 was a Thursday. */
const mondayMs = 4 * 86_400_000;
const weeksShown = 12;

export interface WeekOfSite {
  readonly siteId: string;
  readonly weekFrom: UtcMs;
  readonly weekTo: UtcMs;
  readonly complaints: number;
}

/** What the head of an office learns of complaints: a number for each of his sites and each week that is over. */
export class ComplaintAggregate {
  readonly #rows: ComplaintRows;
  readonly #sitesOf: (unitId: string) => readonly string[];

  constructor(rows: ComplaintRows, sitesOf: (unitId: string) => readonly string[]) {
    this.#rows = rows;
    this.#sitesOf = sitesOf;
  }

  /** Local weeks from Monday, the latest first; sites without complaints with 0. */
  weeks({ unit }: Actor, now: UtcMs): WeekOfSite[] {
    const thisWeek = Math.floor((now + offsetMs - mondayMs) / weekMs) * weekMs + mondayMs - offsetMs;
    const sites = this.#sitesOf(unit.id);
    return Array.from({ length: weeksShown }, (_, back) => {
      const [weekFrom, weekTo] = [utcMs(thisWeek - (back + 1) * weekMs), utcMs(thisWeek - back * weekMs)];
      const counts = new Map(
        this.#rows.countBySite(unit.id, weekFrom, weekTo).map((row) => [row.site_id, row.complaints]),
      );
      return sites.map((siteId) => ({ siteId, weekFrom, weekTo, complaints: counts.get(siteId) ?? 0 }));
    }).flat();
  }
}
