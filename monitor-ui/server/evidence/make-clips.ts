import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { LongFile } from '@minhbach/shared/evidence';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { FfmpegError, runFfmpeg } from '../playback/index.ts';
import { planClips, type ClipPlan, type ClipRun } from './clip-runs.ts';
import type { FrozenPlan } from './frozen-plan.ts';

const deadlineMs = 30 * 60_000;
const localOffsetMs = 7 * 3_600_000;
/** Of one read of a film. */
const pieceBytes = 1024 * 1024;

export interface Clips {
  readonly clips: readonly { readonly path: string; readonly file: LongFile }[];
  /** Why there are none, where there should be some. */
  readonly fault?: string;
  remove(): Promise<void>;
}

/**
 * Films anybody can play, beside the footage that proves: picture and sound copied, never coded again, cut to the span by
 * edit list (ISO/IEC 14496-12, 8.6.6), the clock as subtitles. The same plan and the same ffmpeg give the same bytes.
 * Nothing depends on them: where ffmpeg fails, the package is made without. `read` may reject; then so does this. What
 * it answers is not looked at any more once it is asked again.
 */
export async function makeClips(
  plan: FrozenPlan,
  of: {
    readonly read: (entry: SegmentSealed) => Promise<Uint8Array>;
    readonly directory: string;
    readonly signal: AbortSignal;
    readonly ffmpegPath?: string;
  },
): Promise<Clips> {
  const { directory, signal, read } = of;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const remove = () => rm(directory, { recursive: true, force: true });
  const clips: { path: string; file: LongFile }[] = [];
  // Read and hashed by other threads where it lies: fresh memory for each piece adds up faster than a heap clears it away.
  const memory = new Uint8Array(new SharedArrayBuffer(pieceBytes));
  try {
    for (const [index, clip] of planClips(plan).entries()) {
      const file = (name: string) => join(directory, `${index}-${name}`);
      await writeRun(clip.picture, file('picture.mp4'), read);
      if (clip.sound !== undefined) await writeRun(clip.sound, file('sound.mp4'), read);
      await writeFile(file('clock.srt'), clockSubtitles(clip));
      const fault = await clipFault(of.ffmpegPath ?? 'ffmpeg', clipArguments(clip, file), signal);
      if (fault !== undefined) return { clips: [], fault, remove };
      clips.push({ path: clip.path, file: await longFile(file('clip.mp4'), memory) });
      for (const name of ['picture.mp4', 'sound.mp4']) await rm(file(name), { force: true });
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { clips, remove };
}

/** Init segment once, then every fragment: timestamps run on within a capture. */
async function writeRun(
  { segments }: ClipRun,
  path: string,
  read: (entry: SegmentSealed) => Promise<Uint8Array>,
): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    for (const [index, entry] of segments.entries()) {
      const bytes = await read(entry);
      await handle.writeFile(bytes.subarray(index === 0 ? 0 : entry.initBytes));
    }
  } finally {
    await handle.close();
  }
}

function clipArguments(clip: ClipPlan, file: (name: string) => string): string[] {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const { picture, sound, fromUtcMs, toUtcMs } = clip;
  const soundSkipMs = sound === undefined ? 0 : fromUtcMs - sound.startUtcMs;
  return [
    ...['-ss', seconds(fromUtcMs - picture.startUtcMs), '-i', file('picture.mp4')],
    ...(sound === undefined
      ? []
      : [
          ...(soundSkipMs >= 0 ? ['-ss', seconds(soundSkipMs)] : ['-itsoffset', seconds(-soundSkipMs)]),
          ...['-i', file('sound.mp4')],
        ]),
    ...['-i', file('clock.srt')],
    ...['-map', '0:v:0', ...(sound === undefined ? [] : ['-map', '1:a:0'])],
    ...['-map', `${sound === undefined ? 1 : 2}:s:0`, '-c', 'copy', '-c:s', 'mov_text'],
    ...['-t', seconds(toUtcMs - fromUtcMs), '-map_metadata', '-1', '-fflags', '+bitexact'],
    ...['-flags:v', '+bitexact', '-flags:a', '+bitexact', '-f', 'mp4', file('clip.mp4')],
  ];
}

/** A line for each second: the local time of the recorder's clock, in words every player shows. */
function clockSubtitles({ fromUtcMs, toUtcMs }: ClipPlan): string {
  const cues: string[] = [];
  for (let at = fromUtcMs; at < toUtcMs; at += 1_000) {
    const local = new Date(at + localOffsetMs).toISOString();
    const [year = '', month = '', day = ''] = local.slice(0, 10).split('-');
    const [start, end] = [cueTime(at - fromUtcMs), cueTime(Math.min(at + 1_000, toUtcMs) - fromUtcMs)];
    cues.push(
      `${cues.length + 1}\n${start} --> ${end}\n${day}/${month}/${year} ${local.slice(11, 23)} UTC+7\n`,
    );
  }
  return cues.join('\n');
}

function cueTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23).replace('.', ',');
}

/** What ffmpeg has against it; `undefined` when it made the clip. Rejects when `signal` aborts. */
async function clipFault(
  path: string,
  given: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await runFfmpeg({
      ...{ path, arguments: given, input: Readable.from([]), deadlineMs, signal },
      onBytes: () => undefined,
    });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FfmpegError) return error.message;
    throw error;
  }
}

/** Its bytes lie in `memory`, where the next piece follows them: of the films made with one memory, one is read at a time. */
async function longFile(path: string, memory: Uint8Array): Promise<LongFile> {
  let [sum, sizeBytes] = [0, 0];
  for await (const bytes of piecesOf(path, memory)) {
    sum = crc32(bytes, sum);
    sizeBytes += bytes.length;
  }
  return { sizeBytes, crc32: sum, bytes: piecesOf(path, memory) };
}

/** Opened when its turn comes: a package may have many. */
async function* piecesOf(path: string, memory: Uint8Array): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, memory.length);
      if (bytesRead === 0) return;
      yield memory.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
