import { describe, expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { newId, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { afterFfmpegKills, againFaults, lossFaults, promised, spoolFaults } from './broken-promises.ts';

const [picture, sound] = [newId(sourceIdSchema), newId(sourceIdSchema)];
/** Of an entry, what is looked at here. */
const entry = (fields: object) => fields as RecorderEntry;
const sealed = (segmentId: string, sha256: string) => entry({ kind: 'segment-sealed', segmentId, sha256 });
const gap = (sourceId: string, fromUtcMs: number, toUtcMs: number, cause = 'camera-closed') =>
  entry({ kind: 'gap', sourceId, fromUtcMs, toUtcMs, cause });
const said = new Map([['a', { at: 1, sha256: '11' }]]);

describe('a spool', () => {
  const whole = { entries: [sealed('a', '11')], said, disagreements: [], orphans: 0 };

  test('that holds what it said is no fault', () => {
    expect(spoolFaults(whole)).toEqual([]);
  });

  test.each<[string, Partial<Parameters<typeof spoolFaults>[0]>, RegExp]>([
    ['disagreement of fsck', { disagreements: ['file-altered x'] }, /^fsck: file-altered x$/],
    ['orphan', { orphans: 2 }, /^2 processes outlived/],
    ['sealed segment forgotten', { entries: [] }, /segment a .* forgotten/],
    ['sealed segment with another hash', { entries: [sealed('a', '22')] }, /segment a .* another hash/],
    [
      'unproven segment dropped',
      { entries: [sealed('a', '11'), entry({ kind: 'segment-dropped', segmentId: 'a' })] },
      /segment a was dropped without being proven/,
    ],
  ])('a %s is one', (_name, change, sentence) => {
    expect(spoolFaults({ ...whole, ...change })).toEqual([expect.stringMatching(sentence)]);
  });

  test('that let go of what was proven is no fault', () => {
    const gone = ['segment-proven', 'segment-dropped'].map((kind) => entry({ kind, segmentId: 'a' }));
    expect(spoolFaults({ ...whole, entries: [sealed('a', '11'), ...gone] })).toEqual([]);
  });
});

test('a loss is a fault from one millisecond beyond what is promised, and the worst is named', () => {
  expect(lossFaults([0, 500], promised)).toEqual([]);
  expect(lossFaults([10, 501, 900], promised)).toEqual([
    '2 of 3 times more than 500 ms of footage was lost: 900 ms at worst',
  ]);
});

test('where the worst may be worse, the median still may not', () => {
  const limits = { ...promised, lostMs: 1_500 };
  expect(lossFaults([0, 500, 1_500], limits)).toEqual([]);
  expect(lossFaults([0, 501, 1_500], limits)).toEqual([expect.stringMatching(/^at the median 501 ms/)]);
});

test('recording again is judged at the median and at worst', () => {
  expect(againFaults([], promised)).toEqual([]);
  expect(againFaults([2_000, 3_000, 5_000], promised)).toEqual([]);
  expect(againFaults([1_000, 3_001, 4_000], promised)).toEqual([
    expect.stringMatching(/3001 ms at the median/),
  ]);
  expect(againFaults([1_000, 2_000, 5_001], promised)).toEqual([expect.stringMatching(/5001 ms at worst/)]);
});

describe('kills of ffmpeg', () => {
  const kills = [{ at: 10_000, stopped: [picture, sound] }];

  test('cost what their gaps say', () => {
    const entries = [gap(picture, 9_800, 11_500), gap(sound, 10_050, 11_400)];
    expect(afterFfmpegKills(entries, kills)).toEqual({
      lostMs: [200, 0],
      againMs: [1_500, 1_400],
      faults: [],
    });
    expect(afterFfmpegKills(entries, kills, () => 300).lostMs).toEqual([500, 250]);
  });

  test.each<[string, RecorderEntry[]]>([
    ['none', []],
    ['one before it', [gap(sound, 7_000, 9_000)]],
    ['one after it', [gap(sound, 12_000, 13_000)]],
    ['one of another cause', [gap(sound, 9_900, 12_000, 'recorder-stopped')]],
  ])('whose gap is missing (%s) are a fault', (_name, ofSound) => {
    const { lostMs, faults } = afterFfmpegKills([gap(picture, 9_800, 11_500), ...ofSound], kills);
    expect(lostMs).toEqual([200]);
    expect(faults).toEqual([`kill 1: no gap is stated for source ${sound}`]);
  });

  test('that nothing stopped at are a fault', () => {
    expect(afterFfmpegKills([], [{ at: 1, stopped: [] }]).faults).toEqual([
      'kill 1: no source stopped recording',
    ]);
  });
});
