import type { Logger } from 'pino';
import type { JobProblem, ProbeResult, RecorderJob, RecorderJobResult } from '@minhbach/shared/protocol';
import { CameraProblem, type CameraDriver, type DeviceFleet } from '../cameras/index.ts';
import { RecordingError, type Recording } from '../capture/index.ts';
import type { DeviceInquiry, InquiredDevice } from './device-inquiry.ts';

export type JobOutcome =
  | { readonly ok: true; readonly result: RecorderJobResult }
  | { readonly ok: false; readonly problem: JobProblem };

export interface JobRunnerParts {
  readonly driver: CameraDriver;
  readonly inquiry: DeviceInquiry;
  readonly fleet: DeviceFleet;
  readonly recording: Pick<Recording, 'snapshot'>;
  readonly logger: Logger;
  readonly deadlineMs?: number;
}

type Register = Extract<RecorderJob, { kind: 'register' }>;

/** Does what a monitor asks, each within 15 s, and always answers. What fails leaves nothing behind. */
export class JobRunner {
  readonly #parts: JobRunnerParts;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  async run(
    job: RecorderJob,
    signal: AbortSignal,
    onProgress: (progress: number) => void = () => undefined,
  ): Promise<JobOutcome> {
    const deadline = AbortSignal.timeout(this.#parts.deadlineMs ?? 15_000);
    try {
      return { ok: true, result: await this.#do(job, AbortSignal.any([signal, deadline]), onProgress) };
    } catch (error) {
      const problem = deadline.aborted
        ? { code: 'timeout' as const, message: 'the device did not finish its answers in time' }
        : problemOf(error);
      if (problem.code === 'internal')
        this.#parts.logger.error({ err: error, job: job.kind }, 'a job failed');
      else this.#parts.logger.info({ job: job.kind, code: problem.code }, problem.message);
      return { ok: false, problem };
    }
  }

  async #do(
    job: RecorderJob,
    signal: AbortSignal,
    onProgress: (progress: number) => void,
  ): Promise<RecorderJobResult> {
    const { driver, inquiry, fleet, recording } = this.#parts;
    switch (job.kind) {
      case 'discover':
        return { kind: 'discover', devices: await driver.discover(signal) };
      case 'probe':
        onProgress(0.1);
        return { kind: 'probe', probe: probeResult(await inquiry.ask(job.connection, signal)) };
      case 'register': {
        onProgress(0.1);
        const device = await inquiry.ask(job.connection, signal);
        onProgress(0.9);
        signal.throwIfAborted();
        return { kind: 'register', sources: fleet.register(newDevice(job, device)) };
      }
      case 'snapshot': {
        const jpeg = await recording.snapshot(job.sourceId, signal);
        return { kind: 'snapshot', jpegBase64: Buffer.from(jpeg).toString('base64') };
      }
      case 'retire':
        if (await fleet.retire(job.sourceId)) return { kind: 'retire' };
        throw new CameraProblem('not-found', 'this recorder has no such source');
    }
  }
}

function newDevice(job: Register, { tracks, place, connection, standing }: InquiredDevice) {
  const picture = job.sourceKind === 'camera';
  if (picture && tracks.picture === undefined) {
    throw new CameraProblem('no-usable-stream', 'the stream has no picture; register it as a microphone');
  }
  if (picture && tracks.picture?.codec === 'other') {
    throw new CameraProblem(
      'no-usable-stream',
      'the picture is neither H.264 nor H.265; change it at the camera',
    );
  }
  if (!picture && tracks.sound === undefined) {
    throw new CameraProblem('no-usable-stream', 'the stream has no sound');
  }
  const { counterId, name, sourceKind: kind } = job;
  return { counterId, name, kind, place, connection, standing, picture, sound: tracks.sound !== undefined };
}

function probeResult({ described, main, sub, tracks }: InquiredDevice): ProbeResult {
  const { manufacturer, model, firmware, clockOffsetMs, profiles } = described;
  return {
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(model === undefined ? {} : { model }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
    // Many devices tell of their sound only in the stream itself.
    profiles: profiles.map(({ token, name, video, audio }) => ({
      ...{ token, name },
      ...(video === undefined ? {} : { video }),
      ...soundOf(audio, token === main.token ? tracks.sound : undefined),
    })),
    mainProfile: main.token,
    ...(sub === undefined ? {} : { subProfile: sub.token }),
  };
}

function soundOf<Sound>(stated: Sound | undefined, seen: Sound | undefined): { audio?: Sound } {
  const audio = stated ?? seen;
  return audio === undefined ? {} : { audio };
}

function problemOf(error: unknown): JobProblem {
  if (error instanceof CameraProblem) return { code: error.code, message: error.message.slice(0, 500) };
  if (error instanceof RecordingError && (error.code === 'not-found' || error.code === 'no-picture')) {
    return { code: 'not-found', message: 'this source has no picture to show at the moment' };
  }
  return { code: 'internal', message: 'the recorder could not do this; its log says why' };
}
