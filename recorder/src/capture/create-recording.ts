import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { Spool } from '../spool/index.ts';
import { RecorderClock } from '../clock/index.ts';
import { recover } from '../segments/index.ts';
import { DeviceRecording } from './device-recording.ts';
import { hasSetpriv } from './ffmpeg-process.ts';
import { measureEncoderDelay } from './measure-encoder-delay.ts';
import { endOrphans } from './orphans.ts';
import { RecordingEmitter } from './recording-emitter.ts';
import type { Recording, RecordingFault } from './recording.ts';

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
 * Recovers what the previous run left open (sealed `recovered`), ends its leftover ffmpegs, measures the encoder's delay,
 * and answers ready for `addDevice`. States no `recorder-started`: that is the whole recorder's to say.
 */
export async function createRecording(of: {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings?: Partial<RecordingSettings>;
}): Promise<Recording> {
  const { spool, clock, logger } = of;
  const settings = { ...defaultRecordingSettings, ...of.settings };
  const faults: RecordingFault[] = [];
  const ended = await endOrphans(spool.spoolId);
  if (ended.length > 0) {
    faults.push({
      code: 'orphan-ended',
      message: `${ended.length} ffmpeg processes of the run before were ended`,
    });
  }
  const diesWithParent = hasSetpriv();
  if (!diesWithParent) {
    faults.push({
      code: 'no-setpriv',
      message: 'setpriv is missing: if this recorder is killed, ffmpegs may outlive it',
    });
  }
  const [report, soundLatenessMs] = await Promise.all([
    recover(spool),
    soundLateness(settings.ffmpegPath, logger),
  ]);
  for (const name of report.filesWithoutRow) {
    faults.push({ code: 'file-without-row', message: `${name} is nobody's segment; it lies in quarantine/` });
  }
  for (const segmentId of report.rowsWithoutFile) {
    faults.push({ code: 'row-without-file', message: `segment ${segmentId} has lost its file` });
  }
  for (const fault of faults) logger.warn(fault, 'found at start');
  logger.info({ recovered: report.sealed.length, empty: report.empty }, 'spool recovered');

  return new DeviceRecording({
    context: {
      spool,
      clock,
      recorderClock: new RecorderClock(clock, spool.newestWatermark()),
      logger,
      emitter: new RecordingEmitter(faults),
      cut: settings,
    },
    paths: settings,
    diesWithParent,
    stallMs: settings.stallMs,
    retryMaxMs: settings.retryMaxMs,
    soundLatenessMs,
    previousRun: spool.stoppedCleanly ? 'recorder-stopped' : 'recorder-crashed',
  });
}

/** Less than a fragment's own uncertainty is left alone: moving the picture by it would only add rounding. */
const negligibleMs = 5;

async function soundLateness(ffmpegPath: string, logger: Logger): Promise<number> {
  try {
    const measuredMs = await measureEncoderDelay(ffmpegPath, AbortSignal.timeout(10_000));
    logger.info({ soundLatenessMs: measuredMs }, 'encoder delay measured');
    return Math.abs(measuredMs) < negligibleMs ? 0 : measuredMs;
  } catch (error) {
    logger.warn(
      { err: error },
      'encoder delay not measured; taken as 0, as with the ffmpeg this was built on',
    );
    return 0;
  }
}
