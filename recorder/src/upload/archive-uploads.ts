import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import {
  ArchiveWatch,
  lockDays,
  objectRetention,
  type ObjectStore,
  type ObjectStoreSettings,
  type StoreProbe,
} from '@minhbach/shared/object-store';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import type { SegmentId, SourceId } from '@minhbach/shared/units-of-measure';
import type { RecorderSettings } from '../settings/index.ts';
import type { Spool } from '../spool/index.ts';
import type { ProvingMonitor } from '../uplink/index.ts';
import { monitorProver, ownProver } from './prover.ts';
import { Thumbnails, type ThumbnailMaking } from './thumbnails.ts';
import { TokenBucket } from './token-bucket.ts';
import { Uploader, type ArchiveState } from './uploader.ts';
import { UploadHours } from './upload-hours.ts';
import type { WantedFootage } from './wanted-footage.ts';

export interface ArchiveUploadsParts {
  readonly spool: Spool;
  readonly store: ObjectStore;
  readonly archive: ObjectStoreSettings;
  readonly upload: Omit<RecorderSettings['upload'], 'thumbnails'>;
  /** Absent: no small pictures are made. */
  readonly thumbnails?: ThumbnailMaking | undefined;
  /** Proven footage that may stay in the spool. */
  readonly cacheBytes: number;
  readonly wanted: WantedFootage;
  /** Upload hours do not count while it answers true. */
  readonly isSpoolShort: () => boolean;
  /** The home monitor, while it is connected. */
  readonly monitor: () => ProvingMonitor | undefined;
  /** For how long the home monitor said that footage of this source is kept; `undefined`: it did not. */
  readonly counterDays?: (sourceId: SourceId) => number | undefined;
  /** Told whenever the archive gave back other bytes than were sent. */
  readonly onNotProven?: (message: string) => void;
  /** Told of a sealed file that is gone or no longer what was sealed. */
  readonly onFileDamaged: (segmentId: SegmentId) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between attempts while the archive fails; 1 s doubling to 30 s unless given. */
  readonly pauses?: { readonly firstMs: number; readonly maxMs: number };
}

/** What a connection must manage of a body, or its request is given up. */
const slowestBytesPerMs = 16;
const directoryDeadlineMs = 60_000;

/** The way to the archive as the settings want it: watch, prover, cap, hours and the journal's worker, wired. */
export class ArchiveUploads {
  readonly #watch: ArchiveWatch;
  readonly #uploader: Uploader;
  readonly #thumbnails: Thumbnails | undefined;

  constructor(of: ArchiveUploadsParts) {
    const { spool, store, archive, upload, clock, logger, pauses = { firstMs: 1_000, maxMs: 30_000 } } = of;
    const { maxBytesPerSecond, parallel, hours = [], timeZone } = upload;
    const pace = maxBytesPerSecond === undefined ? undefined : new TokenBucket(maxBytesPerSecond, clock);
    const deadlineMs = deadlineBySize(archive, upload);
    this.#watch = new ArchiveWatch({
      retention: archive.retention,
      ...{ store, clock, logger, pauses },
      onChanged: (standing) => {
        const { lock, lockFault, createOnly, versioning } = standing.probe;
        const refusal = standing.standing === 'refused' ? { refusal: standing.message.slice(0, 300) } : {};
        const fault = lockFault === undefined ? {} : { lockFault };
        spool.appendEntry({ kind: 'archive-probed', lock, ...fault, createOnly, versioning, ...refusal });
        this.#uploader.wake();
        this.#thumbnails?.wake();
      },
    });
    // The cap is theirs too, the hours are not.
    this.#thumbnails =
      of.thumbnails &&
      new Thumbnails({
        ...of.thumbnails,
        standing: () => this.#watch.standing,
        restMs: pauses.maxMs,
        ...{ spool, store, clock, logger, pace, deadlineMs },
      });
    const { recorderId } = spool;
    this.#uploader = new Uploader({
      prover:
        upload.proveBy === 'monitor'
          ? monitorProver({ recorderId, monitor: of.monitor })
          : ownProver({ store, pace, deadlineMs }),
      standing: () => this.#watch.standing,
      retention: (sourceId) => {
        const wanted = objectRetention(archive.retention, this.probe);
        return wanted && { mode: wanted.mode, days: lockDays(wanted, of.counterDays?.(sourceId)) };
      },
      wanted: () => of.wanted.list(),
      hours: new UploadHours(hours, timeZone),
      isSpoolShort: of.isSpoolShort,
      cacheBytes: of.cacheBytes,
      onFileDamaged: of.onFileDamaged,
      ...(of.onNotProven === undefined ? {} : { onNotProven: of.onNotProven }),
      firstPauseMs: pauses.firstMs,
      maxPauseMs: pauses.maxMs,
      ...{ spool, store, clock, logger, parallel, pace, deadlineMs },
    });
  }

  get archive(): ArchiveState {
    return this.#uploader.archive;
  }

  /** What the last probe saw; `undefined` before the first. */
  get probe(): StoreProbe | undefined {
    const { standing } = this.#watch;
    return standing.standing === 'unknown' ? undefined : standing.probe;
  }

  /** Looks at once for what is to be sent. */
  wake(): void {
    this.#uploader.wake();
  }

  /** Told of each segment as it is sealed. */
  sealed(segment: SegmentSealed): void {
    this.#thumbnails?.sealed(segment);
  }

  /** Resolves once `signal` has aborted and nothing is under way. Rejects when the spool itself fails; nothing is then. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const thumbnails = this.#thumbnails === undefined ? [] : [this.#thumbnails.run(either)];
    const parts = [this.#watch.run(either), this.#uploader.run(either), ...thumbnails];
    try {
      await Promise.all(parts);
    } finally {
      ended.abort();
      await Promise.allSettled(parts);
    }
  }
}

/** A cap is shared by all that are under way, and may be wholly used by read-backs for a while. */
function deadlineBySize(
  archive: ObjectStoreSettings,
  { maxBytesPerSecond, parallel }: ArchiveUploadsParts['upload'],
): (sizeBytes: number) => number {
  const leastMs = archive.type === 's3' ? archive.requestDeadlineMs : directoryDeadlineMs;
  const cappedMsPerByte = maxBytesPerSecond === undefined ? 0 : (4_000 * parallel) / maxBytesPerSecond;
  return (sizeBytes) => Math.round(leastMs + sizeBytes / slowestBytesPerMs + sizeBytes * cappedMsPerByte);
}
