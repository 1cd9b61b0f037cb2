/** How `SoundStats.offsetsMs` was measured. */
export type SoundClock =
  /** What the output device plays at that instant (`AudioContext.getOutputTimestamp`). */
  | 'output-timestamp'
  /** `currentTime` of the media element; how late its output is, is not known. */
  | 'element-time';

export interface SoundStats {
  readonly clock: SoundClock;
  /** Times the sound ran dry. */
  readonly stalls: number;
  /** Times it was set to another place instead of being steered there. */
  readonly seeks: number;
  /** Sound behind picture in milliseconds, one sample every steering step. */
  readonly offsetsMs: readonly number[];
}

export interface SoundOutputListener {
  /** Cannot go on with what it has: it is to be closed, and the stream taken up anew in a fresh one. */
  failed(fault: 'unsupported' | 'media'): void;
  /** Whether the browser lets the page be heard; without, it wants a click first. */
  audible(isAudible: boolean): void;
}

/** Plays what one microphone's link brings, beside a picture. */
export interface SoundOutput {
  init(mime: string, bytes: ArrayBuffer): void;
  fragment(capturedAtMs: number, bytes: ArrayBuffer): void;
  /** Asks the browser to let the page be heard; helps only within a click or key press. */
  play(): Promise<void>;
  /** With `inStep` the picture is asked to wait for sound that cannot come earlier. */
  setInStep(inStep: boolean): void;
  /** Loudness of what plays, 0 to 1 on a scale of 60 dB; undefined where the browser does not tell. */
  level(): number | undefined;
  stats(): SoundStats;
  close(): void;
}

/** Samples kept for `offsetsMs`: ten minutes of steering steps. */
export const keptOffsets = 6000;
export const steerEveryMs = 100;
