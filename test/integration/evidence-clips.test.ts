import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { segmentSealedSchema, type SegmentSealed } from '@minhbach/shared/protocol';
import { utcMs } from '@minhbach/shared/units-of-measure';
import type { FrozenPlan } from '../../monitor-ui/server/evidence/frozen-plan.ts';
import { makeClips } from '../../monitor-ui/server/evidence/make-clips.ts';
import { RetentionBench } from '../support/retention-bench.ts';

const never = new AbortController().signal;

/** Over real footage; what ffprobe, written by others, says of the films. */
describe('clips', () => {
  let bench: RetentionBench;
  let directory: string;
  let picture: SegmentSealed;
  let sound: SegmentSealed;
  let from: number;

  beforeEach(async () => {
    bench = await RetentionBench.start();
    directory = await mkdtemp(join(tmpdir(), 'clips-'));
    from = bench.nowMs - 60_000;
    const sealed = (film: Awaited<ReturnType<typeof bench.film>>) =>
      segmentSealedSchema.parse(
        Object.fromEntries(Object.entries(film).filter(([field]) => field !== 'versionId')),
      );
    picture = sealed(await bench.film(bench.camera, from));
    sound = sealed(await bench.film(bench.microphone, from + 200));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
    await bench.close();
  });

  const plan = (span: { from: number; to: number }, withSound = true): FrozenPlan => {
    const source = (id: typeof bench.camera, kind: 'camera' | 'microphone', entry: SegmentSealed) => ({
      ...{ id, kind, name: kind, recorderId: bench.recorderId, gaps: [] },
      segments: [{ generation: 0, entry }],
    });
    return {
      manifest: { fromUtcMs: utcMs(span.from), toUtcMs: utcMs(span.to) },
      sources: [
        source(bench.camera, 'camera', picture),
        ...(withSound ? [source(bench.microphone, 'microphone', sound)] : []),
      ],
    } as unknown as FrozenPlan;
  };
  const read = async (entry: SegmentSealed) => buffer(await bench.archive.get(entry.key, { signal: never }));
  const make = async (of: FrozenPlan, ffmpegPath?: string) => {
    const made = await makeClips(of, {
      ...{ read, directory: join(directory, 'work'), signal: never },
      ...(ffmpegPath === undefined ? {} : { ffmpegPath }),
    });
    const parts: Buffer[] = [];
    for (const { file } of made.clips) for await (const bytes of file.bytes) parts.push(Buffer.from(bytes));
    return { ...made, sha256: createHash('sha256').update(Buffer.concat(parts)).digest('hex') };
  };
  const probed = (name: string) =>
    JSON.parse(
      execFileSync(
        'ffprobe',
        ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', join(directory, 'work', name)],
        {
          encoding: 'utf8',
        },
      ),
    ) as { streams: { codec_type: string; codec_name: string }[]; format: { duration: string } };

  it('hold picture, sound and a clock, cut to the span without coding again, the same each time', async () => {
    const span = { from: picture.startUtcMs + 400, to: picture.endUtcMs - 100 };
    const first = await make(plan(span));
    expect(first.fault).toBeUndefined();
    expect(first.clips.map(({ path }) => path)).toEqual([`clip/${bench.camera}-${span.from}.mp4`]);
    const seen = probed('0-clip.mp4');
    expect(seen.streams.map(({ codec_type: type }) => type)).toEqual(['video', 'audio', 'subtitle']);
    expect(seen.streams.map(({ codec_name: name }) => name)).toEqual(['h264', 'aac', 'mov_text']);
    expect(Math.abs(Number(seen.format.duration) * 1000 - (span.to - span.from))).toBeLessThan(250);
    const words = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-i', join(directory, 'work', '0-clip.mp4'), '-f', 'srt', '-'],
      { encoding: 'utf8' },
    );
    const local = new Date(span.from + 7 * 3_600_000).toISOString();
    expect(words).toContain(
      `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 23)} UTC+7`,
    );
    expect((await make(plan(span))).sha256).toBe(first.sha256);
    await first.remove();
    expect(await readdir(directory)).toEqual([]);
  });

  it('are made of a camera without sound too, and not at all without a picture', async () => {
    const span = { from: picture.startUtcMs, to: picture.endUtcMs };
    expect((await make(plan(span, false))).clips).toHaveLength(1);
    expect(probed('0-clip.mp4').streams.map(({ codec_type: type }) => type)).toEqual(['video', 'subtitle']);
    const only = plan(span);
    expect((await make({ ...only, sources: only.sources.slice(1) })).clips).toEqual([]);
  });

  it('are left out, with why, where ffmpeg fails or is not there', async () => {
    const span = { from: picture.startUtcMs, to: picture.endUtcMs };
    expect(await make(plan(span), '/bin/false')).toMatchObject({
      clips: [],
      fault: expect.stringMatching(/code 1/),
    });
    expect(await make(plan(span), '/nowhere/ffmpeg')).toMatchObject({
      clips: [],
      fault: expect.stringMatching(/ENOENT/),
    });
  });
});
