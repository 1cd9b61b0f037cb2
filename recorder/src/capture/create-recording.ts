import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import { isDiskFault, type Spool } from '../spool/index.ts';
import { RecorderClock, TimeTrust } from '../clock/index.ts';
import { checkPresence, recover, type PresenceReport } from '../segments/index.ts';
import { DeviceRecording } from './device-recording.ts';
import { hasSetpriv } from './ffmpeg-process.ts';
import { measureEncoderDelay } from './measure-encoder-delay.ts';
import type { ObserveFootage } from './footage-observer.ts';
import { endOrphans } from './orphans.ts';
import { RecordingEmitter } from './recording-emitter.ts';
import type { Recording, RecordingFault } from './recording.ts';
import { spareCollections } from './spare-collections.ts';

/** Every default is the product's; tests shorten them. */
export interface RecordingSettings {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** A picture segment is cut at the first keyframe, a sound segment at the first fragment, after this or the bytes. */
  readonly segmentDurationMs: number;
  readonly segmentBytes: number;
  /** Longest a back-off between two captures of a device. */
  readonly retryMaxMs: number;
  /** Longest between two logins at a device that refused the last ones. */
  readonly refusedMaxMs: number;
  /** How often a stream that should carry sound and does not is looked at again. */
  readonly soundLookMs: number;
  /** Longest without a whole fragment before a capture counts as stalled. */
  readonly stallMs: number;
  /** A device that sends more than this for 5 s is not believed: it would fill the disk for all others. */
  readonly maxBytesPerSecond: number;
}

export const defaultRecordingSettings: RecordingSettings = {
  ffmpegPath: 'ffmpeg',
  ffprobePath: 'ffprobe',
  segmentDurationMs: 60_000,
  segmentBytes: 16 * 1024 * 1024,
  retryMaxMs: 10_000,
  // No longer than for other failures: a second of footage lost to a password put right late is lost all the same.
  refusedMaxMs: 10_000,
  soundLookMs: 60_000,
  stallMs: 3_000,
  // 100 Mbit/s: several times what the largest cameras send.
  maxBytesPerSecond: 12_500_000,
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
  /** What is known of how right the clock is; nothing when left out. */
  readonly timeTrust?: TimeTrust;
  readonly observeFootage?: ObserveFootage;
}): Promise<Recording> {
  const { spool, clock, logger } = of;
  const settings = { ...defaultRecordingSettings, ...of.settings };
  spareCollections();
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
    soundLateness(settings.ffmpegPath, spool, logger),
  ]);
  for (const name of report.filesWithoutRow) {
    faults.push({ code: 'file-without-row', message: `${name} is nobody's segment; it lies in quarantine/` });
  }
  for (const name of report.untrusted) {
    faults.push({
      code: 'footage-damaged',
      message: `the disk did not give ${name} back whole; it lies in quarantine/`,
    });
  }
  const isSmall = spool.totals().segments <= checkedFirstSegments;
  if (isSmall) {
    const alone = { spool, isAlone: true, signal: new AbortController().signal };
    faults.push(...presenceFaults(await checkPresence(alone)));
  }
  for (const fault of faults) logger.warn(fault, 'found at start');
  logger.info({ recovered: report.sealed.length, empty: report.empty }, 'spool recovered');

  const emitter = new RecordingEmitter(faults);
  const closing = new AbortController();
  const checking = isSmall ? Promise.resolve() : checkBeside(spool, logger, emitter, closing.signal);

  return new DeviceRecording({
    context: {
      spool,
      clock,
      recorderClock: new RecorderClock(clock, spool.newestWatermark()),
      timeTrust: of.timeTrust ?? new TimeTrust(clock),
      logger,
      emitter,
      cut: settings,
      observeFootage: of.observeFootage,
    },
    beside: {
      stop: async () => {
        closing.abort();
        await checking;
      },
    },
    paths: settings,
    diesWithParent,
    stallMs: settings.stallMs,
    maxBytesPerSecond: settings.maxBytesPerSecond,
    retryMaxMs: settings.retryMaxMs,
    refusedMaxMs: settings.refusedMaxMs,
    soundLookMs: settings.soundLookMs,
    soundLatenessMs,
    previousRun: spool.previousRun,
  });
}

/** So many files are looked for before the first capture: some 0.1 s. */
const checkedFirstSegments = 1_000;
/** Longer than any start takes: until then processor and disk are for the captures that begin. */
const checkAfterMs = 20_000;

/** Once in a run; a disk that gives nothing is asked again until it does. */
async function checkBeside(
  spool: Spool,
  logger: Logger,
  emitter: RecordingEmitter,
  signal: AbortSignal,
): Promise<void> {
  let wasTold = false;
  for (let isDone = false; !isDone && !signal.aborted;) {
    await delay(checkAfterMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const beganMs = performance.now();
      const report = await checkPresence({ spool, isAlone: false, signal });
      for (const fault of presenceFaults(report)) emitter.emit('fault', fault);
      const tookMs = Math.round(performance.now() - beganMs);
      if (!signal.aborted)
        logger.info({ segments: spool.totals().segments, tookMs }, 'every file is accounted for');
      isDone = true;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      if (!wasTold)
        emitter.emit('fault', {
          code: 'disk-failed',
          message: `the sealed files cannot be listed: ${message}`,
        });
      wasTold = true;
      isDone = !isDiskFault(error);
    }
  }
}

function presenceFaults(report: PresenceReport): RecordingFault[] {
  return [
    ...report.filesWithoutRow.map((name): RecordingFault => ({
      code: 'file-without-row',
      message: `${name} is nobody's segment; it lies in quarantine/`,
    })),
    ...report.rowsWithoutFile.map((segmentId): RecordingFault => ({
      code: 'row-without-file',
      message: `segment ${segmentId} has lost its file`,
    })),
  ];
}

/** Less than a fragment's own uncertainty is left alone: moving the picture by it would only add rounding. */
const negligibleMs = 5;

/** Measured once for each ffmpeg and boot of the machine: a recorder that starts again has no time for it. */
async function soundLateness(ffmpegPath: string, spool: Spool, logger: Logger): Promise<number> {
  const ffmpeg = `${spool.boot} ${await executableOf(ffmpegPath)}`;
  const remembered = latenessSchema.safeParse(spool.recall(latenessName));
  if (remembered.success && remembered.data.ffmpeg === ffmpeg) return remembered.data.ms;
  try {
    const measuredMs = await measureEncoderDelay(ffmpegPath, AbortSignal.timeout(10_000));
    logger.info({ soundLatenessMs: measuredMs }, 'encoder delay measured');
    const ms = Math.abs(measuredMs) < negligibleMs ? 0 : measuredMs;
    spool.remember(latenessName, { ffmpeg, ms } satisfies z.infer<typeof latenessSchema>);
    return ms;
  } catch (error) {
    logger.warn(
      { err: error },
      'encoder delay not measured; taken as 0, as with the ffmpeg this was built on',
    );
    return 0;
  }
}

const latenessName = 'sound-lateness';
const latenessSchema = z.strictObject({ ffmpeg: z.string(), ms: z.number() });

/** Which file of which size and date a command is now. */
async function executableOf(command: string): Promise<string> {
  const folders = command.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = join(folder, command);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return `${path} ${found.size} ${found.mtimeMs}`;
  }
  return command;
}
