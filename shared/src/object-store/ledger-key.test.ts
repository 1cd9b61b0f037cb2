import { describe, expect, test } from '@jest/globals';
import {
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMs,
} from '../units-of-measure/index.ts';
import {
  entryBundleKey,
  parseEntryBundleKey,
  parseSegmentObjectKey,
  parseThumbnailObjectKey,
} from './ledger-key.ts';
import { objectKeyFault, segmentObjectKey, thumbnailObjectKey, thumbnailPrefix } from './object-key.ts';

const recorderId = newId(recorderIdSchema);

describe('keys of entry bundles', () => {
  test.each([
    [0, 0, 256, '0/tile/entries/000'],
    [0, 5, 256, '0/tile/entries/005'],
    [3, 67, 1, '3/tile/entries/067.p/1'],
    [0, 1_234_067, 256, '0/tile/entries/x001/x234/067'],
    [12, 1_000, 255, '12/tile/entries/x001/000.p/255'],
  ])('generation %i, bundle %i, width %i lies at %s', (generation, bundle, width, path) => {
    const place = { recorderId, generation, bundle, width };
    const key = `r/${recorderId}/ledger/${path}`;
    expect(entryBundleKey(place)).toBe(key);
    expect(parseEntryBundleKey(key)).toEqual(place);
  });

  test.each([
    '0/tile/entries/5',
    '0/tile/entries/x000/005',
    '0/tile/entries/005.p/256',
    '0/tile/entries/005.p/0',
    '0/tile/entries/005.p/07',
    '00/tile/entries/005',
    '0/entries/005',
    '0/tile/0/005',
    '0/checkpoint',
  ])('%s is none', (path) => {
    expect(parseEntryBundleKey(`r/${recorderId}/ledger/${path}`)).toBeUndefined();
  });
});

const of = {
  recorderId,
  sourceId: newId(sourceIdSchema),
  segmentId: newId(segmentIdSchema),
  startUtcMs: utcMs(1_790_000_000_123),
};

test('a segment key says whose it is and when it starts', () => {
  expect(parseSegmentObjectKey(segmentObjectKey(of))).toEqual(of);
  expect(parseSegmentObjectKey(`${segmentObjectKey(of)}.part`)).toBeUndefined();
  expect(parseSegmentObjectKey('probe/1-plain-aa')).toBeUndefined();
});

test('the key of a small picture says the same, and neither passes for the other', () => {
  const key = thumbnailObjectKey(of);
  expect(key.startsWith(thumbnailPrefix(of))).toBe(true);
  expect(objectKeyFault(key)).toBeUndefined();
  expect(parseThumbnailObjectKey(key)).toEqual(of);
  expect(parseSegmentObjectKey(key)).toBeUndefined();
  expect(parseThumbnailObjectKey(segmentObjectKey(of))).toBeUndefined();
});
