import type { Quality } from '@minhbach/shared/protocol';
import type { CaptureId, UtcMs } from '@minhbach/shared/units-of-measure';

export interface LiveInit {
  readonly mime: string;
  /** What the recorder sends, which may not be what the viewer asked for. */
  readonly quality: Quality;
  readonly captureId: CaptureId;
  readonly bytes: Buffer;
}

export interface LiveFragment {
  readonly seq: number;
  /** First sample's time, on the monitor's clock. */
  readonly capturedAt: UtcMs;
  readonly keyframe: boolean;
  readonly bytes: Buffer;
}

/** Whoever takes a feed. Calls come in order; an `init` comes before the first fragment. */
export interface LiveTaker {
  init(init: LiveInit): void;
  fragment(fragment: LiveFragment): void;
  /** Fragments are missing here; the next one is a keyframe. */
  skipped(): void;
}
