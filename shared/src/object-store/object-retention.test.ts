import { describe, expect, test } from '@jest/globals';
import { archiveRefusal } from './archive-refusal.ts';
import { objectStoreSettingsSchema } from './object-store-settings.ts';
import { objectRetention } from './object-retention.ts';
import type { StoreProbe } from './object-store.ts';

const probe = (lock: StoreProbe['lock']): StoreProbe => ({
  ...{ lock, createOnly: true, versioning: true, multipart: true, mayRemove: true, clockSkewMs: 0 },
  remarks: ['the bucket has no object lock'],
});
const read = (retention: unknown) =>
  objectStoreSettingsSchema.safeParse({
    ...{ type: 's3', endpoint: 'http://127.0.0.1:9', bucket: 'minh-bach', accessKey: 'a' },
    ...{ secretKeyFile: '/none', ...(retention === undefined ? {} : { retention }) },
  });
const wanted = (retention: unknown) => read(retention).data?.retention;

describe('how objects are locked', () => {
  test.each([
    ['nothing is said', undefined, 'enforced', { mode: 'compliance', days: 90 }],
    ['nothing is said and nothing locks', undefined, 'none', undefined],
    ['nothing is known yet', undefined, undefined, undefined],
    ['other days are', { days: 30 }, 'enforced', { mode: 'compliance', days: 30 }],
    ['the other mode is', { mode: 'governance' }, 'enforced', { mode: 'governance', days: 90 }],
    ['none is', { mode: 'none' }, 'enforced', undefined],
    // What was asked for is not quietly left out: the put is refused.
    ['it is asked for where nothing locks', { days: 30 }, 'none', { mode: 'compliance', days: 30 }],
  ] as const)('when %s', (_what, retention, lock, expected) => {
    expect(objectRetention(wanted(retention), lock && probe(lock))).toEqual(expected);
  });

  test('only asking for it makes a store without locks no archive', () => {
    for (const retention of [undefined, { mode: 'none' }])
      expect(archiveRefusal(probe('none'), wanted(retention))).toBeUndefined();
    expect(archiveRefusal(probe('none'), wanted({ days: 30 }))?.message).toMatch(/no object lock/);
    expect(archiveRefusal(probe('unsafe'), wanted({ mode: 'none' }))?.message).toMatch(/lies about locks/);
  });

  test.each([
    [{ mode: 'worm' }, 'retention.mode'],
    [{ mode: 'compliance', days: 0 }, 'retention.days'],
    [{ mode: 'compliance', days: 3_651 }, 'retention.days'],
    ['none', 'retention'],
  ])('a setting that makes no sense is named by its place: %j', (retention, place) => {
    expect(read(retention).error?.issues.map(({ path }) => path.join('.'))).toEqual([place]);
  });
});
