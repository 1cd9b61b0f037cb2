import { describe, expect, it } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { byteRange } from './byte-range.ts';
import { grantableSpan, type GrantWanted } from './grant-rules.ts';
import { playedFacts } from './played-facts.ts';

const now = utcMs(100 * 3_600_000);
const minutes = (count: number) => utcMs(now - count * 60_000);
const wanted = (of: Partial<GrantWanted>): GrantWanted => ({
  from: minutes(5),
  to: minutes(1),
  role: 'monitor',
  reason: undefined,
  ownIncident: undefined,
  ...of,
});

describe('grantableSpan', () => {
  it('lets a monitor go back ten minutes without a reason, and no further', () => {
    expect(grantableSpan(wanted({ from: minutes(10) }), now)).toEqual({ from: minutes(10), to: minutes(1) });
    expect(() => grantableSpan(wanted({ from: minutes(11) }), now)).toThrow(/10 minutes/);
  });

  it('lets a monitor play around an incident of his own, however old', () => {
    const ownIncident = { from: minutes(3_000), to: minutes(2_999) };
    expect(() =>
      grantableSpan(wanted({ from: minutes(3_004), to: minutes(2_995), ownIncident }), now),
    ).not.toThrow();
    expect(() =>
      grantableSpan(wanted({ from: minutes(3_010), to: minutes(2_999), ownIncident }), now),
    ).toThrow();
  });

  it.each(['investigator', 'supervisor'] as const)('wants a reason of an %s', (role) => {
    const old = { from: minutes(3_000), to: minutes(2_900), role };
    expect(() => grantableSpan(wanted({ ...old, reason: 'ok' }), now)).toThrow(/reason/);
    expect(() => grantableSpan(wanted(old), now)).toThrow(/reason/);
    expect(grantableSpan(wanted({ ...old, reason: 'complaint 12' }), now)).toEqual({
      from: old.from,
      to: old.to,
    });
  });

  it('refuses the future, reversed times and more than a day', () => {
    expect(() => grantableSpan(wanted({ to: minutes(-2) }), now)).toThrow(/at most now/);
    expect(() => grantableSpan(wanted({ from: minutes(1), to: minutes(5) }), now)).toThrow(/later than from/);
    const day = { role: 'supervisor', reason: 'audit', from: minutes(1_442), to: minutes(1) } as const;
    expect(() => grantableSpan(wanted(day), now)).toThrow(/24 h after from/);
  });

  it('ends at now what asks for a moment more', () => {
    expect(grantableSpan(wanted({ to: utcMs(now + 900) }), now).to).toBe(now);
  });
});

describe('byteRange', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-0', { firstByte: 0, lastByte: 0 }],
    ['bytes=5-', { firstByte: 5, lastByte: 9 }],
    ['bytes=5-500', { firstByte: 5, lastByte: 9 }],
    ['bytes=-3', { firstByte: 7, lastByte: 9 }],
    ['bytes=-300', { firstByte: 0, lastByte: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', 'whole'],
    ['bytes=0-1,4-5', 'whole'],
    ['lines=1-2', 'whole'],
  ] as const)('%s', (header, answer) => expect(byteRange(header, 10)).toEqual(answer));
});

describe('playedFacts', () => {
  it('joins looks that touch, per source, within the grant', () => {
    const grant = { id: 'g', counterId: 'c', from: utcMs(1_000), to: utcMs(50_000), expiresAt: utcMs(0) };
    const span = (sourceId: string, from: number, to: number, rate = 1) => ({ sourceId, from, to, rate });
    const spans = [
      span('b', 0, 5_000),
      span('a', 20_000, 10_000, -4),
      span('a', 20_500, 90_000),
      span('b', 9_000, 9_500),
    ];
    expect(playedFacts(grant as never, spans as never)).toMatchObject([
      { sourceId: 'a', from: 10_000, to: 50_000, fastestPercent: 400 },
      { sourceId: 'b', from: 1_000, to: 5_000, fastestPercent: 100 },
      { sourceId: 'b', from: 9_000, to: 9_500 },
    ]);
  });
});
