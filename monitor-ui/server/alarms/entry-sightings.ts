import { deviceDifference, type RecorderEntry } from '@minhbach/shared/protocol';
import type { CounterId, RecorderId, SiteId, SourceId } from '@minhbach/shared/units-of-measure';
import type { AlarmSighting } from './alarms.ts';

/** Smaller corrections are what a clock service does all day. */
const stepWorthTellingMs = 1_000;

/**
 * What in a recorder's ledger somebody must own although it is over by the time it is read: the ledger also tells what
 * happened while nobody listened. One for each key, the latest; keys are those of the faults a recorder tells while they
 * stand, so that one trouble is one alarm.
 */
export function sightingsIn(
  entries: readonly RecorderEntry[],
  place: { readonly siteId: SiteId; readonly recorderId: RecorderId },
  /** `undefined` for a source that is not this recorder's. */
  counterOf: (sourceId: SourceId) => CounterId | undefined,
): AlarmSighting[] {
  const byKey = new Map<string, AlarmSighting>();
  for (const entry of entries) {
    const sighting = sightingOf(entry, place.recorderId);
    if (sighting === undefined) continue;
    const { sourceId, ...seen } = sighting;
    const counterId = sourceId === undefined ? undefined : counterOf(sourceId);
    const at = counterId === undefined ? place : { ...place, counterId, sourceId };
    byKey.set(seen.key, { ...seen, place: at });
  }
  return [...byKey.values()];
}

type Sighting = Omit<AlarmSighting, 'place'> & { readonly sourceId?: SourceId };

function sightingOf(entry: RecorderEntry, recorderId: RecorderId): Sighting | undefined {
  switch (entry.kind) {
    case 'device-identity':
      return entry.is === 'known' || entry.is === 'not-known'
        ? undefined
        : {
            kind: 'identity',
            key: `identity:${entry.sourceId}`,
            sourceId: entry.sourceId,
            from: entry.at,
            evidence: deviceDifference(entry).slice(0, 300),
          };
    case 'clock':
      return !('stepMs' in entry) || Math.abs(entry.stepMs) < stepWorthTellingMs
        ? undefined
        : {
            kind: 'clock',
            key: `clock:${recorderId}`,
            from: entry.at,
            evidence: `the recorder's clock was stepped by ${entry.stepMs} ms`,
          };
    case 'gap': {
      const { cause, fromUtcMs: from, evidence } = entry;
      if (cause === 'disk-failed') {
        return { kind: 'fsync', key: `fsync:${recorderId}`, from, cause, evidence };
      }
      return cause === 'disk-full'
        ? { kind: 'disk', key: `disk:${recorderId}`, from, cause, evidence }
        : undefined;
    }
    case 'recorder-started':
      return startSighting(entry, recorderId);
    case 'segment-dropped':
      return entry.reason === 'quota'
        ? undefined
        : {
            kind: 'footage-lost',
            key: `footage-lost:${recorderId}`,
            from: entry.at,
            evidence: `segment ${entry.segmentId} is ${entry.reason}`,
          };
    default:
      return undefined;
  }
}

/** A ledger that could not be gone on with says more than an index that had to be made again. */
function startSighting(
  { at: from, previous, found = [] }: Extract<RecorderEntry, { kind: 'recorder-started' }>,
  recorderId: RecorderId,
): Sighting | undefined {
  if (previous !== undefined) {
    const { generation, size, why } = previous;
    return {
      kind: 'ledger-restarted',
      key: `ledger-restarted:${recorderId}`,
      from,
      evidence: `generation ${generation} ended at entry ${size}: ${why}`,
    };
  }
  return found.includes('index-rebuilt')
    ? {
        kind: 'index-rebuilt',
        key: `index-rebuilt:${recorderId}`,
        from,
        evidence: 'the index was lost or damaged and was made again from the journal',
      }
    : undefined;
}
