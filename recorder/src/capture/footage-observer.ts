import type { InitSegment } from '@minhbach/shared/media';
import type { SourceId } from '@minhbach/shared/units-of-measure';
import type { TrackFragment } from './track-reader.ts';

/**
 * Sees the footage of one source as it is recorded, after it was handed to the file. It may keep the bytes and must not
 * change them; it must not throw, and takes microseconds.
 */
export interface FootageObserver {
  /** A capture begins: what follows is of this track. */
  started(init: InitSegment, initBytes: Uint8Array): void;
  fragment(fragment: TrackFragment): void;
  /** The source is recorded no longer. */
  ended(): void;
}

/** Called once for each source, before anything of it comes. */
export type ObserveFootage = (sourceId: SourceId) => FootageObserver;
