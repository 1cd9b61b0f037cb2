import type { Manifest } from '../package-schema.ts';

/** A footage file whose pieces were held against its ledger entry, and what a player needs to place it in time. */
export interface ShownFootage {
  readonly path: string;
  readonly contentOffset: number;
  readonly sizeBytes: number;
  readonly fromUtcMs: number;
  readonly toUtcMs: number;
  /** The time of a sample is `startUtcMs + (its decode time - firstTfdt) / timescale`, within `clockErrorMs`. */
  readonly startUtcMs: number;
  readonly firstTfdt: number;
  readonly timescale: number;
  readonly clockErrorMs: number;
  /** With the codec, as a `SourceBuffer` wants it. */
  readonly mime: string;
}

export interface StatedGap {
  readonly fromUtcMs: number;
  readonly toUtcMs: number;
  readonly cause: string;
}

/** What a package shows of one source: proven footage and proven gaps, in order of time. */
export interface SourceTimeline {
  readonly sourceId: string;
  readonly kind: Manifest['sources'][number]['kind'];
  readonly name: string;
  readonly recorderId: string;
  readonly footage: readonly ShownFootage[];
  readonly gaps: readonly StatedGap[];
}
