import { beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, entryLeafHash } from '@minhbach/shared/ledger';
import type { GapEntry, OpenSegment, RecorderEntry, SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  gapIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { MonitorDatabase } from '../database/index.ts';
import { Catalogue } from './catalogue.ts';
import { catalogueSchema } from './catalogue-schema.ts';
import { segmentCuts } from './segment-cuts.ts';

const recorderId = newId(recorderIdSchema);
const sourceId = newId(sourceIdSchema);
const captureId = newId(captureIdSchema);
const zeros = sha256HexSchema.parse('0'.repeat(64));

function sealed(
  seq: number,
  start: number,
  end: number,
  overrides: Partial<SegmentSealed> = {},
): SegmentSealed {
  const segmentId = newId(segmentIdSchema);
  return {
    kind: 'segment-sealed',
    seq,
    at: utcMs(end),
    segmentId,
    sourceId,
    captureId,
    startUtcMs: utcMs(start),
    endUtcMs: utcMs(end),
    firstTfdt: 0,
    timescale: 90_000,
    bytes: 10_000,
    initBytes: 800,
    fragments: 10,
    sha256: zeros,
    fragmentsRoot: zeros,
    codec: 'avc1.4d0028',
    mime: 'video/mp4; codecs="avc1.4d0028"',
    keyframes: [0, 2_000],
    clockErrorMs: 5,
    recovered: false,
    key: `r/${recorderId}/s/${sourceId}/1970/01/01/00/${start}-${segmentId}.mp4`,
    ...overrides,
  };
}

let database: MonitorDatabase;
let catalogue: Catalogue;
beforeEach(async () => {
  database = await MonitorDatabase.open(':memory:', catalogueSchema);
  catalogue = new Catalogue(database);
});

const store = (entries: readonly RecorderEntry[], recorder = recorderId) =>
  catalogue.entries.store(recorder, 0, entries);
const segmentCount = () => database.sqlite.prepare('SELECT count(*) AS n FROM segment').get();

describe('Catalogue', () => {
  it('stores a batch once, however often and however overlapping it is told', () => {
    const entries = [sealed(0, 0, 60_000), sealed(1, 60_000, 120_000), sealed(2, 120_000, 180_000)];
    expect(store(entries.slice(0, 2))).toBe(2);
    expect(store(entries)).toBe(3);
    expect(store(entries)).toBe(3);
    expect(segmentCount()).toEqual({ n: 3 });
    expect(catalogue.entries.position(recorderId)).toEqual({
      ...{ generation: 0, nextSeq: 3 },
      lastLeaf: entryLeafHash(canonicalJson(entries[2] ?? null)),
    });
  });

  it('keeps where a player can begin, no less than 3.5 s apart, and refuses impossible places', () => {
    const keyframes = [0, 2_000, 4_000, 6_000, 8_000];
    const keyframeOffsets = [800, 2_000, 3_000, 4_000, 5_000];
    store([sealed(0, 0, 10_000, { keyframes, keyframeOffsets }), sealed(1, 10_000, 20_000)]);
    const [known, unknown] = catalogue.footageIn(sourceId, utcMs(0), utcMs(20_000));
    expect(segmentCuts(known?.cuts ?? '[]')).toEqual([
      { atMs: 0, offset: 800 },
      { atMs: 4_000, offset: 3_000 },
      { atMs: 8_000, offset: 5_000 },
    ]);
    expect(unknown?.cuts).toBeUndefined();
    for (const impossible of [[800], [0, 1, 2, 3, 4], [800, 2_000, 1_900, 4_000, 5_000]]) {
      const entry = sealed(2, 20_000, 30_000, { keyframes, keyframeOffsets: impossible });
      expect(() => store([entry])).toThrow(/keyframe offsets/);
    }
  });

  it('takes nothing beyond a hole', () => {
    expect(store([sealed(1, 0, 60_000)])).toBe(0);
    expect(segmentCount()).toEqual({ n: 0 });
  });

  it('refuses a second story about the same entry, and keeps nothing of that batch', () => {
    store([sealed(0, 0, 60_000)]);
    expect(() => store([sealed(0, 0, 59_000), sealed(1, 60_000, 120_000)])).toThrow(/differs/);
    expect(segmentCount()).toEqual({ n: 1 });
  });

  it('passes over what a later generation says again in the same words, and refuses other words', () => {
    const first = sealed(0, 0, 60_000);
    const again = (overrides: Partial<SegmentSealed> = {}) => ({ ...first, ...overrides, at: utcMs(99_000) });
    const next = (entry: RecorderEntry) => catalogue.entries.store(recorderId, 1, [entry]);
    store([first]);
    expect(next(again())).toBe(1);
    expect(segmentCount()).toEqual({ n: 1 });
    expect(catalogue.entries.position(recorderId)).toMatchObject({ generation: 1, nextSeq: 1 });
    expect(() => next(again({ seq: 1, endUtcMs: utcMs(59_000) }))).toThrow(/differs/);
  });

  it("refuses footage for another recorder's source, and objects outside the source", () => {
    store([sealed(0, 0, 60_000)]);
    const other = newId(recorderIdSchema);
    const segmentId = newId(segmentIdSchema);
    const key = `r/${other}/s/${sourceId}/x-${segmentId}.mp4`;
    expect(() => store([sealed(0, 60_000, 120_000, { key })], other)).toThrow(/another recorder/);
    expect(() => store([sealed(1, 60_000, 120_000, { key })])).toThrow(/outside its source/);
  });

  it('finds the segment that reaches into a span, and none that only touches it', () => {
    store([sealed(0, 0, 60_000), sealed(1, 60_000, 120_000), sealed(2, 120_000, 180_000)]);
    const starts = (from: number, to: number) =>
      catalogue.footageIn(sourceId, utcMs(from), utcMs(to)).map((piece) => piece.startUtcMs);
    expect(starts(59_999, 60_001)).toEqual([0, 60_000]);
    expect(starts(60_000, 120_000)).toEqual([60_000]);
    expect(starts(180_000, 200_000)).toEqual([]);
  });

  it('knows where the bytes are: spool, archive, gone', () => {
    const entry = sealed(0, 0, 60_000);
    store([entry]);
    expect(catalogue.place(entry.segmentId)).toMatchObject({
      state: 'sealed',
      inArchive: false,
      inSpool: true,
    });
    store([
      {
        kind: 'segment-proven',
        seq: 1,
        at: utcMs(1),
        segmentId: entry.segmentId,
        key: entry.key,
        versionId: 'v7',
      },
    ]);
    store([
      {
        kind: 'segment-dropped',
        seq: 2,
        at: utcMs(1),
        segmentId: entry.segmentId,
        from: 'spool',
        reason: 'quota',
      },
    ]);
    expect(catalogue.place(entry.segmentId)).toMatchObject({
      inArchive: true,
      inSpool: false,
      versionId: 'v7',
    });
  });

  it('shows an open segment until its sealed entry comes', () => {
    const entry = sealed(0, 0, 60_000);
    const open: OpenSegment = {
      segmentId: entry.segmentId,
      sourceId,
      captureId,
      startUtcMs: utcMs(0),
      endUtcMs: utcMs(5_000),
      bytes: 5_000,
      initBytes: 800,
      firstTfdt: 0,
      timescale: 90_000,
      mime: entry.mime,
      keyframes: [0, 2_000, 4_000],
      keyframeOffsets: [800, 2_000, 4_000],
    };
    catalogue.noteOpenSegments(recorderId, [open], utcMs(5_100));
    expect(catalogue.footageIn(sourceId, utcMs(0), utcMs(60_000))).toMatchObject([
      { sealed: false, bytes: 5_000, cuts: '[0,800,4000,4000]' },
    ]);
    store([entry]);
    catalogue.noteOpenSegments(recorderId, [open], utcMs(60_100));
    expect(catalogue.footageIn(sourceId, utcMs(0), utcMs(60_000))).toMatchObject([
      { sealed: true, bytes: 10_000 },
    ]);
  });

  it('finds a gap that began long before the span', () => {
    const gap: GapEntry = {
      kind: 'gap',
      seq: 0,
      at: utcMs(9),
      gapId: newId(gapIdSchema),
      sourceId,
      fromUtcMs: utcMs(0),
      toUtcMs: utcMs(1_000_000),
      cause: 'disk-full',
      evidence: '',
    };
    store([gap]);
    const source = {
      registeredAt: utcMs(0),
      state: 'recording' as const,
      since: utcMs(0),
      recorderOnline: true,
      recorderCaughtUp: true,
    };
    expect(catalogue.timeline(sourceId, source, utcMs(500_000), utcMs(600_000), utcMs(2_000_000))).toEqual([
      { from: 500_000, to: 600_000, kind: 'gap', cause: 'disk-full', explained: false },
    ]);
  });
});
