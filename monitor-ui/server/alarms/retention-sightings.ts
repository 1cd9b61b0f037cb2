import type { CounterId, SiteId, UnitId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { RetentionFault } from '../retention/index.ts';
import type { AlarmSighting } from './alarms.ts';

/** Where retention's faults belong: a counter's at its site, what concerns all of it with every unit that oversees. */
export interface RetentionPlaces {
  readonly siteOf: (counterId: CounterId) => SiteId | undefined;
  readonly oversight: () => readonly UnitId[];
}

/** What somebody must own of a fault of retention. None names a hold. */
export function retentionSightings(
  fault: RetentionFault,
  from: UtcMs,
  { siteOf, oversight }: RetentionPlaces,
): AlarmSighting[] {
  const evidence = fault.sentence;
  switch (fault.kind) {
    case 'footage-short':
    case 'quota-passed': {
      const { kind, counterId } = fault;
      const siteId = siteOf(counterId);
      if (siteId === undefined) return [];
      return [{ kind, key: `${kind}:${counterId}`, place: { siteId, counterId }, from, evidence }];
    }
    case 'holds-differ':
    case 'retention-failed': {
      const { kind } = fault;
      return oversight().map((unitId) => ({
        ...{ kind, key: `${kind}:${unitId}`, place: { unitId }, from, evidence },
      }));
    }
  }
}
