import type Database from 'better-sqlite3';
import { parseThumbnailObjectKey, thumbnailPrefix, type ObjectStore } from '@minhbach/shared/object-store';
import {
  utcMs,
  type CounterId,
  type RecorderId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import type { ExpiryPlan } from './expiry-plan.ts';

type Thumbnail = NonNullable<ReturnType<typeof parseThumbnailObjectKey>> & { readonly key: string };
interface Camera {
  readonly id: SourceId;
  readonly recorder_id: RecorderId;
}

const keysAtOnce = 500;
/** A segment's, while nobody has told of its end. */
const longestMs = 60_000;

/**
 * Removes small pictures whose days are over. They are in no catalogue, so the archive is asked for them: also for those
 * whose footage never came, since the box that had it was lost. What a hold covers stays.
 */
export class ThumbnailExpiry {
  readonly #store: ObjectStore;
  readonly #plan: ExpiryPlan;
  readonly #cameras: Database.Statement<[string], Camera>;
  readonly #end: Database.Statement<[string], UtcMs>;

  constructor({ sqlite }: MonitorDatabase, store: ObjectStore, plan: ExpiryPlan) {
    this.#store = store;
    this.#plan = plan;
    this.#cameras = sqlite.prepare(
      "SELECT id, recorder_id FROM source WHERE counter_id = ? AND kind = 'camera' ORDER BY id",
    );
    this.#end = sqlite.prepare('SELECT end_ms FROM segment WHERE segment_id = ?');
    this.#end.pluck();
  }

  /** Those of segments that ended by `cutoff`. Rejects with what keeps it from removing them. */
  async run(counterId: CounterId, cutoff: UtcMs, signal: AbortSignal): Promise<void> {
    for (const { id: sourceId, recorder_id: recorderId } of this.#cameras.all(counterId)) {
      for (let after = ''; ;) {
        const batch = await this.#begunBy(cutoff, thumbnailPrefix({ recorderId, sourceId }), after, signal);
        for (const thumbnail of batch) await this.#remove(thumbnail, counterId, cutoff, signal);
        const last = batch.at(-1);
        if (last === undefined || batch.length < keysAtOnce) break;
        after = last.key;
      }
    }
  }

  /** Listed before any is removed. Keys are in the order of time: nothing is due behind the first that is too young. */
  async #begunBy(cutoff: UtcMs, prefix: string, after: string, signal: AbortSignal): Promise<Thumbnail[]> {
    const found: Thumbnail[] = [];
    for await (const { key } of this.#store.list(prefix, { after, signal })) {
      const of = parseThumbnailObjectKey(key);
      if (of === undefined) continue;
      if (of.startUtcMs > cutoff || found.push({ ...of, key }) >= keysAtOnce) break;
    }
    return found;
  }

  async #remove(
    { key, segmentId, startUtcMs }: Thumbnail,
    counterId: CounterId,
    cutoff: UtcMs,
    signal: AbortSignal,
  ): Promise<void> {
    const knownEnd = this.#end.get(segmentId);
    if ((knownEnd ?? startUtcMs) > cutoff) return;
    // That version: removing without one would only hide the object where versions are kept.
    const stored = await this.#store.stat(key, { signal });
    if (stored === undefined) return;
    // Asked last, with nothing in between: a hold placed a moment ago wins.
    const span = { from: startUtcMs, to: knownEnd ?? utcMs(startUtcMs + longestMs) };
    if (this.#plan.isHeldSpan(counterId, span)) return;
    // One that the bucket itself holds on to is removed by a later run.
    await this.#store.remove(key, { versionId: stored.versionId, signal });
  }
}
