import type { OpenSegment } from '@minhbach/shared/protocol';
import type { RecorderId, SegmentId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';

interface Known {
  readonly segment: OpenSegment;
  readonly recorderId: RecorderId;
  readonly updatedAt: UtcMs;
}

/** A recorder writes one segment per source at a time; more than this unsealed is an upload of nonsense. */
const perSourceLimit = 8;

/**
 * Segments being written, as last heard. One that is no longer announced stays until its sealed entry comes: its bytes
 * lie in the spool all the same. In memory only: after a restart the next announcement is a second away.
 */
export class OpenSegments {
  readonly #bySegment = new Map<SegmentId, Known>();
  readonly #bySource = new Map<SourceId, Set<SegmentId>>();

  update(recorderId: RecorderId, segments: readonly OpenSegment[], at: UtcMs): void {
    for (const segment of segments) {
      const known = this.#bySegment.get(segment.segmentId);
      if (known && known.recorderId !== recorderId) continue;
      this.#bySegment.set(segment.segmentId, { segment, recorderId, updatedAt: at });
      const ofSource = this.#bySource.get(segment.sourceId) ?? new Set();
      ofSource.add(segment.segmentId);
      this.#bySource.set(segment.sourceId, ofSource);
      for (const oldest of ofSource) {
        if (ofSource.size <= perSourceLimit) break;
        this.remove(oldest);
      }
    }
  }

  /** Its sealed entry has come. */
  remove(segmentId: SegmentId): void {
    const known = this.#bySegment.get(segmentId);
    if (known === undefined) return;
    this.#bySegment.delete(segmentId);
    this.#bySource.get(known.segment.sourceId)?.delete(segmentId);
  }

  find(segmentId: SegmentId): { readonly segment: OpenSegment; readonly recorderId: RecorderId } | undefined {
    return this.#bySegment.get(segmentId);
  }

  /** In the order of their start; only those that hold at least one fragment. */
  ofSource(sourceId: SourceId): OpenSegment[] {
    return [...(this.#bySource.get(sourceId) ?? [])]
      .flatMap((segmentId) => this.#bySegment.get(segmentId)?.segment ?? [])
      .filter((segment) => segment.bytes > segment.initBytes && segment.endUtcMs > segment.startUtcMs)
      .sort((a, b) => a.startUtcMs - b.startUtcMs);
  }
}
