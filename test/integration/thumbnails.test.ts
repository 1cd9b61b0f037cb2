import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BoxSplitter } from '@minhbach/shared/media';
import {
  DirectoryObjectStore,
  parseSegmentObjectKey,
  thumbnailObjectKey,
  type PutOptions,
} from '@minhbach/shared/object-store';
import { thumbnailOf } from '../../recorder/src/capture/index.ts';
import type { ThumbnailOutcome } from '../../recorder/src/upload/index.ts';
import { decodedPicture } from '../support/decoded-picture.ts';
import { until } from '../support/until.ts';
import { UploadBench } from '../support/upload-bench.ts';

/* A recorder's uploads with real footage, a real ffmpeg and a directory as the archive: what goes there outside the hours. */

const never = new AbortController().signal;
const mostBytes = 12 * 1024;
let directory: string;
let bench: UploadBench;
let store: DirectoryObjectStore;
let outcomes: ThumbnailOutcome[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thumbnails-'));
  store = await DirectoryObjectStore.open({ path: directory });
  bench = await UploadBench.open();
  outcomes = [];
});
afterEach(async () => {
  await bench.close();
  await rm(directory, { recursive: true });
});

const thumbnails = {
  make: async (footage: readonly Uint8Array[], signal: AbortSignal) =>
    thumbnailOf(footage, mostBytes, 'ffmpeg', signal),
  onOutcome: (outcome: ThumbnailOutcome) => void outcomes.push(outcome),
};

/** Over in an hour at the soonest, begun in eight at the soonest. */
function closedHours(): { readonly hours: string[]; readonly timeZone: string } {
  const at = (ahead: number) => `${String((new Date().getUTCHours() + ahead) % 24).padStart(2, '0')}:00`;
  return { hours: [`${at(8)}-${at(9)}`], timeZone: 'UTC' };
}

test('outside the hours the small picture of each sealed picture arrives, of H.264 and H.265, and no footage', async () => {
  const puts: PutOptions[] = [];
  const put = store.put.bind(store);
  store.put = async (key, body, options) => {
    puts.push(options);
    return put(key, body, options);
  };
  const settings = { type: 'directory' as const, path: directory };
  const upload = { ...closedHours(), maxBytesPerSecond: 100_000 };
  bench.startUploads({ store, settings, upload, thumbnails });
  const pictures = [...(await bench.seal(2)), ...(await bench.seal(1, 'h265'))];
  await bench.seal(1, 'sound');
  await until(() => outcomes.length === 3, 40_000);
  expect(outcomes).toEqual(['stored', 'stored', 'stored']);

  const { recorderId } = bench.spool;
  const expected = pictures.map((segment) => thumbnailObjectKey({ ...segment, recorderId }));
  expect(await bench.keysIn(store)).toEqual(expected.toSorted());
  expect(bench.spool.notYetProven()).toBe(4);
  for (const key of expected) {
    const jpeg = await buffer(await store.get(key, { signal: never }));
    expect(jpeg.length).toBeLessThanOrEqual(mostBytes);
    expect(decodedPicture(jpeg)).toEqual({ widthPx: 320, heightPx: 180, frames: 1 });
  }
  // Under the cap of the line, as footage is.
  const ofPictures = puts.filter(({ contentType }) => contentType === 'image/jpeg');
  expect(ofPictures.map(({ pace }) => pace !== undefined)).toEqual([true, true, true]);
  // They are stated nowhere.
  expect(
    bench.spool
      .readEntries(0, 100)
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual([...['archive-probed', 'segment-sealed', 'segment-sealed', 'segment-sealed', 'segment-sealed']]);
  await bench.stopUploads();

  // The hours begin.
  bench.startUploads({ store, settings });
  await bench.archived();
  expect((await bench.keysIn(store)).filter((key) => parseSegmentObjectKey(key))).toHaveLength(4);
  expect(await bench.disagreements(store)).toEqual([]);
}, 60_000);

test('a picture of nothing but noise is made as small', async () => {
  const noise = 'nullsrc=size=640x360:rate=5:duration=1,geq=random(1)*255:random(2)*255:random(3)*255';
  const coder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '1', '-pix_fmt', 'yuv420p'];
  const footage = execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', noise, ...coder, '-f', 'mp4'],
      ...['-movflags', 'empty_moov+default_base_moof+frag_keyframe', 'pipe:1'],
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const pieces = new BoxSplitter().push(footage).map(({ bytes }) => bytes);
  const jpeg = await thumbnailOf(pieces, mostBytes, 'ffmpeg', never);
  expect(jpeg.length).toBeLessThanOrEqual(mostBytes);
  expect(decodedPicture(jpeg)).toEqual({ widthPx: 320, heightPx: 180, frames: 1 });
}, 30_000);
