import type { Clock } from '@minhbach/shared/clock';
import type { ObjectStore } from '@minhbach/shared/object-store';
import type { RecorderId, UnitId } from '@minhbach/shared/units-of-measure';
import type { Places } from './access/index.ts';
import type { Alarms } from './alarms/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { MetricSource } from './health/index.ts';
import type { Route } from './http/index.ts';
import { HeadSweep, SweepBook, sweepRoutes, SweepRuns, Sweeps, type SweepFailure } from './sweeps/index.ts';
import { FootageUnavailableError } from './playback/index.ts';
import type { MediaRooms } from './wire-media.ts';

const dayMs = 86_400_000;

export interface SweepWiring {
  readonly settings: { readonly everyMs: number; readonly sample: number };
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly places: Places;
  readonly archive: ObjectStore;
  readonly media: Pick<MediaRooms, 'catalogue' | 'bytes'>;
  readonly alarms: Alarms;
  readonly recorders: () => readonly RecorderId[];
  readonly oversight: () => readonly UnitId[];
  readonly onFault: (error: unknown) => void;
}

/** Random checks of sealed segments, what they found, and the alarms about it, wired to each other. */
export interface SweepRoom {
  readonly routes: readonly Route[];
  readonly metrics: readonly MetricSource[];
  close(): Promise<void>;
}

export function wireSweeps(of: SweepWiring): SweepRoom {
  const { database, audit, clock, archive, media, settings } = of;
  const sweeps = new Sweeps({
    ...{ database, audit, clock, archive, sample: settings.sample },
    fromRecorder: async (segmentId, signal) => {
      const place = media.catalogue.place(segmentId);
      if (place === undefined) throw new FootageUnavailableError('gone', 'the catalogue has no such segment');
      return media.bytes.open(place, { firstByte: 0, lastByte: place.piece.bytes - 1 }, signal);
    },
    onFailure: (failure) => raise(of, failure),
  });
  const heads = new HeadSweep({
    ...{ database, archive, sample: settings.sample },
    onMissing: (key) => raiseMissing(of, key),
  });
  const runs = new SweepRuns({
    ...{ heads, sweeps, clock, recorders: of.recorders, everyMs: settings.everyMs, onFault: of.onFault },
  });
  const book = new SweepBook(database);
  const lastDay = (outcome: 'passed' | 'failed' | 'unavailable') =>
    book.countSince(outcome, clock.wallNow() - dayMs);
  return {
    routes: sweepRoutes(book),
    metrics: [
      {
        name: 'sweep_passed_last_day',
        help: 'Sealed segments drawn at random within 24 h that were what was sealed.',
        read: () => lastDay('passed'),
      },
      {
        name: 'sweep_failed_last_day',
        help: 'Sealed segments drawn at random within 24 h that were missing or altered.',
        read: () => lastDay('failed'),
      },
      {
        name: 'sweep_unavailable_last_day',
        help: 'Sealed segments drawn at random within 24 h that could not be fetched.',
        read: () => lastDay('unavailable'),
      },
      {
        name: 'sweep_pass_ratio',
        help: 'Passed of passed and failed within 24 h; not a number while nothing was looked at.',
        read: () => lastDay('passed') / (lastDay('passed') + lastDay('failed')),
      },
    ],
    close: () => runs.close(),
  };
}

/** One alarm for each source, with the segment that failed last. */
function raise({ places, alarms }: SweepWiring, failure: SweepFailure): void {
  const { recorderId, sourceId, from, to, fault, found } = failure;
  const place = places.source(sourceId);
  if (place === undefined) return;
  const span = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  alarms.happened({
    kind: 'proof-failed',
    key: `sweep:${sourceId}`,
    place: { siteId: place.siteId, recorderId, counterId: place.counterId, sourceId },
    from,
    evidence: `recorder ${recorderId}, source ${sourceId}, ${span}: ${fault}, ${found}`,
  });
}

/** A head is proof for all footage before it: whoever oversees must know that it is gone, whichever site it is of. */
function raiseMissing({ oversight, alarms, clock }: SweepWiring, key: string): void {
  for (const unitId of oversight()) {
    alarms.happened({
      ...{ kind: 'proof-failed', key: `head:${unitId}`, place: { unitId }, from: clock.wallNow() },
      evidence: `the signed head ${key} was put into the archive and is not there any more`,
    });
  }
}
