import { describe, expect, test } from '@jest/globals';
import { recorderIdSchema, segmentIdSchema, sourceIdSchema, utcMs } from '../units-of-measure/index.ts';
import { objectKeyFault, requireKeyPrefix, segmentObjectKey } from './object-key.ts';

const recorderId = recorderIdSchema.parse('018f0000-0000-7000-8000-000000000001');
const sourceId = sourceIdSchema.parse('018f0000-0000-7000-8000-000000000002');
const segmentId = segmentIdSchema.parse('018f0000-0000-7000-8000-000000000003');

describe('segmentObjectKey', () => {
  test.each([
    ['2026-01-02T03:04:05.678Z', '2026/01/02/03'],
    ['2025-12-31T23:59:59.999Z', '2025/12/31/23'],
    ['2026-01-01T00:00:00.000Z', '2026/01/01/00'],
  ])('puts a segment that starts at %s under %s', (time, hour) => {
    const startUtcMs = utcMs(Date.parse(time));
    const key = segmentObjectKey({ recorderId, sourceId, segmentId, startUtcMs });
    expect(key).toBe(`r/${recorderId}/s/${sourceId}/${hour}/${startUtcMs}-${segmentId}.mp4`);
    expect(objectKeyFault(key)).toBeUndefined();
  });
});

describe('objectKeyFault', () => {
  test.each([
    'a',
    'a/b',
    'a.b',
    'a..b',
    '-',
    '=',
    '_x',
    '0',
    'x.part',
    'm/1/ledger/tile/0/x001/067.p/8',
    'k'.repeat(200),
  ])('allows %s', (key) => {
    expect(objectKeyFault(key)).toBeUndefined();
  });

  test.each([
    ['', /empty/],
    ['/a', /slash/],
    ['a/', /slash/],
    ['a//b', /slash/],
    ['..', /dot/],
    ['../etc/passwd', /dot/],
    ['a/../../b', /dot/],
    ['a/./b', /dot/],
    ['a/.b.0a1b2c3d.part', /dot/],
    ['C:\\a', /characters/],
    ['a b', /characters/],
    ['a\nb', /characters/],
    ['a\0', /characters/],
    ['a\n', /characters/],
    ['quầy', /characters/],
    ['a?versionId=1', /characters/],
    ['k'.repeat(201), /segment longer/],
    ['k/'.repeat(450) + 'k', /longer than 900/],
  ])('refuses %j', (key, fault) => {
    expect(objectKeyFault(key)).toMatch(fault);
  });
});

describe('requireKeyPrefix', () => {
  test.each(['', 'r/', 'r/1', 'r/1/s/'])('allows %j', (prefix) => {
    expect(() => requireKeyPrefix(prefix)).not.toThrow();
  });

  test.each(['/', '../', 'r//', '/r', '.'])('refuses %j', (prefix) => {
    expect(() => requireKeyPrefix(prefix)).toThrow(
      expect.objectContaining({ code: 'bad-key', retryable: false }),
    );
  });
});
