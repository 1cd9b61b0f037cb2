import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BoxSplitter,
  firstSample,
  lastWholeFragmentEnd,
  MediaError,
  parameterSetsIn,
  payloadBytes,
  readFragment,
  readInitSegment,
  readSoundConfig,
  readSoundSamples,
  shiftTfdt,
  wholePieces,
  type MediaPiece,
} from './index.ts';

const fragmented = '-f mp4 -movflags empty_moov+default_base_moof+frag_keyframe -frag_duration 100000';

function encode(options: string): Uint8Array {
  const run = spawnSync('ffmpeg', ['-v', 'error', ...`${options} ${fragmented} pipe:1`.split(' ')], {
    maxBuffer: 1 << 26,
  });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout;
}

const testPicture = '-f lavfi -i testsrc2=size=320x180:rate=25 -t 4 -pix_fmt yuv420p';
const h264 = `${testPicture} -c:v libx264 -preset ultrafast -x264-params keyint=50:scenecut=0:bframes=0`;
const h265 = `${testPicture} -c:v libx265 -preset ultrafast -x265-params keyint=50:scenecut=0:log-level=none -tag:v hvc1`;
const aac = '-f lavfi -i sine=frequency=440:sample_rate=16000 -t 3 -c:a aac -b:a 32k';

function split(bytes: Uint8Array, chunkBytes: number): MediaPiece[] {
  const splitter = new BoxSplitter();
  const pieces: MediaPiece[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    pieces.push(...splitter.push(bytes.slice(at, at + chunkBytes)));
  }
  return pieces;
}

let files: Record<'h264' | 'h265' | 'aac', Uint8Array>;
beforeAll(() => {
  files = { h264: encode(h264), h265: encode(h265), aac: encode(aac) };
});

describe('what a real ffmpeg writes', () => {
  it.each([
    ['h264', '-c:v libx264 -preset ultrafast'],
    ['h265', '-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1'],
  ])('tells %s pictures of two sizes apart by the parameter sets they carry', (_codec, coder) => {
    const sets = (size: string) => {
      const source = `-f lavfi -i testsrc2=size=${size}:rate=25 -t 2 -pix_fmt yuv420p -g 25`;
      const pieces = split(encode(`${source} ${coder} -bsf:v dump_extra=freq=keyframe`), 4096);
      const init = readInitSegment(pieces[0]?.bytes ?? new Uint8Array());
      if (init.trackKind !== 'picture') throw new Error('no picture');
      return pieces.slice(1).map(({ bytes }) => parameterSetsIn(bytes, init));
    };
    const [small, ...rest] = sets('320x180');
    expect(small).toMatch(/^[0-9a-f ]+$/);
    expect(rest).toContain(undefined);
    expect(new Set(rest)).toEqual(new Set([small, undefined]));
    expect(sets('640x360')).not.toContain(small);
  });

  it('is described by its init segment', () => {
    const describe = (bytes: Uint8Array) => readInitSegment(split(bytes, 4096)[0]?.bytes ?? new Uint8Array());
    expect(describe(files.h264)).toMatchObject({
      trackKind: 'picture',
      trackId: 1,
      widthPx: 320,
      heightPx: 180,
      hasEditList: false,
    });
    expect(describe(files.h264).codec).toMatch(/^avc1\.42c0[0-9a-f]{2}$/);
    expect(describe(files.h265).codec).toMatch(/^hvc1\.1\.[0-9a-f]+\.L\d+(\.[0-9a-f]+)*$/);
    expect(describe(files.aac)).toMatchObject({
      trackKind: 'sound',
      codec: 'mp4a.40.2',
      mime: 'audio/mp4; codecs="mp4a.40.2"',
      sampleRateHz: 16000,
      channels: 1,
      timescale: 16000,
    });
  });

  it('has times that follow each other and the keyframes that were asked for', () => {
    const [initPiece, ...pieces] = split(files.h264, 1000);
    const init = readInitSegment(initPiece?.bytes ?? new Uint8Array());
    const fragments = pieces.map((piece) => readFragment(piece.bytes, init));
    expect(fragments.reduce((sum, { samples }) => sum + samples, 0)).toBe(100);
    expect(
      fragments.flatMap(({ keyframeTicks }) => keyframeTicks.map((ticks) => ticks / init.timescale)),
    ).toEqual([0, 2]);
    expect(fragments[0]?.startsWithKeyframe).toBe(true);
    expect(fragments[1]?.startsWithKeyframe).toBe(false);
    for (const [index, fragment] of fragments.entries()) {
      const before = fragments[index - 1];
      if (before !== undefined) expect(fragment.tfdt).toBe(before.tfdt + before.durationTicks);
    }
  });

  it('has its sound frames one by one, as they stand in the file', () => {
    const [initPiece, ...pieces] = split(files.aac, 4096);
    const init = readInitSegment(initPiece?.bytes ?? new Uint8Array());
    if (init.trackKind !== 'sound') throw new Error('sound was asked for');
    // AAC-LC, 16 kHz, one channel.
    expect([...readSoundConfig(initPiece?.bytes ?? new Uint8Array()).subarray(0, 2)]).toEqual([0x14, 0x08]);
    for (const { bytes } of pieces) {
      const fragment = readFragment(bytes, init);
      const samples = readSoundSamples(bytes, init);
      expect(samples).toHaveLength(fragment.samples);
      expect(samples[0]?.startTicks).toBe(fragment.tfdt);
      expect(samples.reduce((sum, { durationTicks }) => sum + durationTicks, 0)).toBe(fragment.durationTicks);
      const sizeBytes = samples.reduce((sum, sample) => sum + sample.bytes.length, 0);
      // All of `mdat`, after its eight bytes of head, is samples.
      expect(
        Buffer.from(bytes.subarray(bytes.length - sizeBytes - 4, bytes.length - sizeBytes)).toString(),
      ).toBe('mdat');
    }
  });

  it.each(['h264', 'h265', 'aac'] as const)(
    'has the bytes of its samples apart from its boxes (%s)',
    (of) => {
      const [initPiece, ...pieces] = split(files[of], 4096);
      const init = readInitSegment(initPiece?.bytes ?? new Uint8Array());
      for (const { bytes } of pieces) {
        const mdatAt = Buffer.from(bytes).indexOf('mdat');
        expect(payloadBytes(bytes)).toBe(bytes.length - mdatAt - 4);
        const first = firstSample(bytes, init);
        expect(first?.byteOffset).toBe(bytes.byteOffset + mdatAt + 4);
        if (init.trackKind === 'sound') expect(first).toEqual(readSoundSamples(bytes, init)[0]?.bytes);
        else expect(first?.length).toBeLessThanOrEqual(payloadBytes(bytes));
        // Units behind 4-byte lengths fill a picture exactly.
        const view = Buffer.from(first ?? []);
        let at = 0;
        if (init.trackKind === 'picture') for (; at < view.length; at += 4 + view.readUInt32BE(at));
        if (init.trackKind === 'picture') expect(at).toBe(view.length);
      }
    },
  );

  it.each([1, 7, 4096, 1 << 20])('comes out byte for byte, whatever the chunks (%d bytes)', (chunkBytes) => {
    const pieces = split(files.aac, chunkBytes);
    const joined = Buffer.concat(pieces.map(({ bytes }) => bytes));
    // The index ffmpeg appends at the end (mfra) is no footage.
    expect(Buffer.from(files.aac.subarray(0, joined.length)).equals(joined)).toBe(true);
    expect(Buffer.from(files.aac.subarray(joined.length + 4, joined.length + 8)).toString()).toBe('mfra');
  });

  it('is shifted in time in place, and nothing else changes', () => {
    const [initPiece, piece] = split(files.h264, 4096);
    const init = readInitSegment(initPiece?.bytes ?? new Uint8Array());
    const bytes = piece?.bytes.slice() ?? new Uint8Array();
    const before = readFragment(bytes, init);
    shiftTfdt(bytes, 2 ** 33);
    expect(readFragment(bytes, init)).toMatchObject({ tfdt: before.tfdt + 2 ** 33, samples: before.samples });
    shiftTfdt(bytes, -(2 ** 33));
    expect(bytes).toEqual(piece?.bytes);
    expect(() => shiftTfdt(bytes, -1 - before.tfdt)).toThrow(MediaError);
  });

  it('cut anywhere keeps exactly its whole fragments', () => {
    const whole = wholePieces(files.aac);
    const ends = whole?.fragments.map(({ end }) => end) ?? [];
    expect(ends.length).toBeGreaterThan(20);
    for (let length = 0; length <= files.aac.length; length += 13) {
      const expected = ends.findLast((end) => end <= length) ?? 0;
      expect(lastWholeFragmentEnd(files.aac.subarray(0, length))).toBe(expected);
    }
  });

  it('with bytes altered never does worse than a MediaError, and never runs away', () => {
    const [initPiece] = split(files.h264, 4096);
    const init = readInitSegment(initPiece?.bytes ?? new Uint8Array());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('h264', 'h265', 'aac'),
        fc.integer({ min: 1, max: 9000 }),
        (changes, name, chunkBytes) => {
          const bytes = files[name].slice(0, 20_000);
          // Most of the structure is in the first bytes; spare none of them.
          for (const [at, value] of changes) bytes[at % (value % 2 ? 1200 : bytes.length)] = value;
          const splitter = new BoxSplitter();
          try {
            for (let at = 0; at < bytes.length; at += chunkBytes) {
              for (const piece of splitter.push(bytes.subarray(at, at + chunkBytes))) {
                if (piece.kind === 'init') readInitSegment(piece.bytes);
                else {
                  readFragment(piece.bytes, init);
                  readSoundSamples(piece.bytes, {
                    ...init,
                    trackKind: 'sound',
                    sampleRateHz: 1,
                    channels: 1,
                  });
                }
              }
            }
          } catch (error) {
            expect(error).toBeInstanceOf(MediaError);
          }
          expect(lastWholeFragmentEnd(bytes)).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
