import type { OpenSegment, TimelineSpan } from '@minhbach/shared/protocol';
import {
  utcMs,
  type RecorderId,
  type SegmentId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { EntryStore } from './entry-store.ts';
import { ExpiredSpans } from './expired-spans.ts';
import type { FootagePiece } from './footage-piece.ts';
import { OpenSegments } from './open-segments.ts';
import { cutsText } from './segment-cuts.ts';
import { SegmentQueries, type SegmentPlace } from './segment-queries.ts';
import { timelineSpans, type SourceFacts } from './timeline-spans.ts';

/** Where the bytes of a piece of footage can be had from. */
export type FootagePlace =
  | ({ readonly state: 'sealed' } & SegmentPlace)
  | { readonly state: 'open'; readonly piece: FootagePiece; readonly recorderId: RecorderId };

/** What footage there is. A cache of what recorders stated; see `catalogueSchema` for what is not. */
export class Catalogue {
  /** Where the uplink puts entries. */
  readonly entries: EntryStore;
  readonly #open = new OpenSegments();
  readonly #queries: SegmentQueries;
  readonly #expired: ExpiredSpans;

  constructor(database: MonitorDatabase) {
    this.entries = new EntryStore(database, (segmentId) => this.#open.remove(segmentId));
    this.#queries = new SegmentQueries(database.sqlite);
    this.#expired = new ExpiredSpans(database);
  }

  noteOpenSegments(recorderId: RecorderId, segments: readonly OpenSegment[], at: UtcMs): void {
    // An announcement that crossed with the entry that sealed it.
    const stillOpen = segments.filter((segment) => this.#queries.place(segment.segmentId) === undefined);
    this.#open.update(recorderId, stillOpen, at);
  }

  /** Sealed and open footage that overlaps `from..to`, ordered by start. */
  footageIn(sourceId: SourceId, from: UtcMs, to: UtcMs): FootagePiece[] {
    const open = this.#openPieces(sourceId).filter((piece) => piece.startUtcMs < to && piece.endUtcMs > from);
    const sealed = this.#queries.sealedIn(sourceId, from, to);
    return open.length === 0 ? sealed : [...sealed, ...open].sort((a, b) => a.startUtcMs - b.startUtcMs);
  }

  /** Takes out a sealed segment that retention removed; its time is shown as expired from now on. Durable on return. */
  expire(segmentId: SegmentId): void {
    this.#expired.expire(segmentId);
  }

  place(segmentId: SegmentId): FootagePlace | undefined {
    const sealed = this.#queries.place(segmentId);
    if (sealed) return { state: 'sealed', ...sealed };
    const open = this.#open.find(segmentId);
    return open && { state: 'open', piece: openPiece(open.segment), recorderId: open.recorderId };
  }

  /** Times of keyframes of sealed footage within `from..to`. */
  keyframesIn(sourceId: SourceId, from: UtcMs, to: UtcMs): UtcMs[] {
    return this.#queries
      .sealedIn(sourceId, from, to)
      .flatMap((piece) =>
        this.#queries.keyframesOf(piece.segmentId).map((offsetMs) => utcMs(piece.startUtcMs + offsetMs)),
      )
      .filter((at) => at >= from && at < to);
  }

  timeline(sourceId: SourceId, source: SourceFacts, from: UtcMs, to: UtcMs, now: UtcMs): TimelineSpan[] {
    const lastSealedEnd = this.#queries.lastSealedEnd(sourceId);
    const lastEnd = Math.max(
      lastSealedEnd ?? 0,
      ...this.#openPieces(sourceId).map((piece) => piece.endUtcMs),
    );
    return timelineSpans({
      from,
      to,
      now,
      source,
      footage: this.footageIn(sourceId, from, to),
      gaps: this.#queries.gapsIn(sourceId, from, to),
      lastFootageEnd: lastEnd > 0 ? utcMs(lastEnd) : undefined,
      lastSealedEnd,
    });
  }

  #openPieces(sourceId: SourceId): FootagePiece[] {
    return this.#open.ofSource(sourceId).map(openPiece);
  }
}

function openPiece(segment: OpenSegment): FootagePiece {
  const { keyframes, keyframeOffsets, ...piece } = segment;
  return { ...piece, sealed: false, cuts: cutsText({ ...piece, keyframes, keyframeOffsets }) ?? undefined };
}
