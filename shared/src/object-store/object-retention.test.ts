import { describe, expect, test } from '@jest/globals';
import { archiveRefusal } from './archive-refusal.ts';
import { objectStoreSettingsSchema } from './object-store-settings.ts';
import { utcMs } from '../units-of-measure/index.ts';
import { lockDays, lockedUntil, objectRetention } from './object-retention.ts';
import type { RetentionMode, StoreProbe } from './object-store.ts';
import { holdToSet, type HeldVersion } from './s3-retention.ts';

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
    ['nothing is said', undefined, 'enforced', { mode: 'compliance', days: 90, mostDays: 1_830 }],
    ['nothing is said and nothing locks', undefined, 'none', undefined],
    ['nothing is known yet', undefined, undefined, undefined],
    ['other days are', { days: 30 }, 'enforced', { mode: 'compliance', days: 30, mostDays: 1_830 }],
    [
      'the other mode is',
      { mode: 'governance' },
      'enforced',
      { mode: 'governance', days: 90, mostDays: 1_830 },
    ],
    ['none is', { mode: 'none' }, 'enforced', undefined],
    // What was asked for is not quietly left out: the put is refused.
    [
      'it is asked for where nothing locks',
      { days: 30 },
      'none',
      { mode: 'compliance', days: 30, mostDays: 1_830 },
    ],
    ['most days are', { mostDays: 400 }, 'enforced', { mode: 'compliance', days: 90, mostDays: 400 }],
    [
      'more days than five years are',
      { days: 3_000 },
      'enforced',
      { mode: 'compliance', days: 3_000, mostDays: 3_000 },
    ],
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
    [{ mostDays: 36_500 }, 'retention.mostDays'],
    [{ days: 30, mostDays: 29 }, 'retention.mostDays'],
    ['none', 'retention'],
  ])('a setting that makes no sense is named by its place: %j', (retention, place) => {
    expect(read(retention).error?.issues.map(({ path }) => path.join('.'))).toEqual([place]);
  });

  const own = { mode: 'compliance', days: 90, mostDays: 1_830 } as const;
  test.each([
    ['nobody has told a counter’s days', undefined, 90],
    ['a counter is kept for longer', 365, 365],
    ['a counter is kept for less', 30, 90],
    ['a monitor asks for a hundred years', 36_500, 1_830],
    ['a monitor asks for none', 0, 90],
  ])('days of the lock when %s', (_what, told, days) => {
    expect(lockDays(own, told)).toBe(days);
  });

  test('a lock ends so many days after the footage, counted from now where that lies ahead', () => {
    const nowMs = Date.UTC(2026, 10, 29);
    const until = (endMs: number) => lockedUntil({ endUtcMs: utcMs(endMs), nowMs, days: 2 });
    expect(until(nowMs - 1_000)).toBe(nowMs - 1_000 + 2 * 86_400_000);
    expect(until(nowMs + 365 * 86_400_000)).toBe(nowMs + 2 * 86_400_000);
    expect(until(nowMs - 3 * 86_400_000)).toBe(nowMs - 86_400_000);
  });

  const as = (mode: RetentionMode, untilMs: number): HeldVersion => ({ mode, until: utcMs(untilMs) });
  test.each<[string, HeldVersion, HeldVersion | undefined, HeldVersion | undefined]>([
    ['not held', as('compliance', 9), undefined, as('compliance', 9)],
    ['held for less', as('compliance', 9), as('compliance', 5), as('compliance', 9)],
    ['held for longer', as('compliance', 9), as('compliance', 12), undefined],
    ['held for less by who may lift it', as('compliance', 9), as('governance', 5), as('governance', 9)],
    ['held for less by nobody who may', as('governance', 9), as('compliance', 5), as('compliance', 9)],
  ])('what is set on a version that is %s', (_what, asked, held, expected) => {
    expect(holdToSet(asked, held)).toEqual(expected);
  });
});
