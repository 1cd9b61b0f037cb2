import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { Spool } from '../spool/index.ts';
import type { Recording } from './recording.ts';

/** Every default is the product's; tests shorten them. */
export interface RecordingSettings {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** A picture segment is cut at the first keyframe, a sound segment at the first fragment, after this or the bytes. */
  readonly segmentDurationMs: number;
  readonly segmentBytes: number;
  /** Longest a back-off between two captures of a device. */
  readonly retryMaxMs: number;
  /** Longest without a whole fragment before a capture counts as stalled. */
  readonly stallMs: number;
}

export const defaultRecordingSettings: RecordingSettings = {
  ffmpegPath: 'ffmpeg',
  ffprobePath: 'ffprobe',
  segmentDurationMs: 60_000,
  segmentBytes: 16 * 1024 * 1024,
  retryMaxMs: 10_000,
  stallMs: 3_000,
};

/**
 * Recovers what the previous run left open (sealed `recovered`, gaps recorded), ends its leftover ffmpegs, measures the
 * encoder's delay, and answers ready for `addDevice`.
 */
export async function createRecording(of: {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings?: Partial<RecordingSettings>;
}): Promise<Recording> {
  throw new Error(`not built yet: ${of.spool.directory}`);
}
