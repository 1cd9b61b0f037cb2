import { describe, expect, it } from '@jest/globals';
import { covers, grantWindow } from './grant-window.ts';

const at = (text: string) => Date.parse(text);
const now = at('2026-11-22T14:00:00+07:00');

describe('grantWindow', () => {
  it('asks for the local day, and never for the future', () => {
    expect(grantWindow(at('2026-11-21T23:59:59+07:00'), now, { kind: 'reason' })).toEqual({
      fromMs: at('2026-11-21T00:00:00+07:00'),
      toMs: at('2026-11-22T00:00:00+07:00'),
    });
    expect(grantWindow(at('2026-11-22T09:00:00+07:00'), now, { kind: 'reason' })).toEqual({
      fromMs: at('2026-11-22T00:00:00+07:00'),
      toMs: now,
    });
    expect(grantWindow(now + 1e9, now, { kind: 'reason' }).toMs).toBe(now);
  });

  it('stays within ten minutes for going back without a reason', () => {
    const window = grantWindow(now - 1e9, now, { kind: 'go-back' });
    expect(now - window.fromMs).toBeLessThan(600_000);
    expect(window.toMs).toBe(now);
  });

  it('plays an incident with what led to it', () => {
    const span = { fromMs: now - 60_000, toMs: now - 30_000 };
    expect(grantWindow(0, now, { kind: 'incident', span })).toEqual({ fromMs: now - 180_000, toMs: now });
  });

  it('covers its start but not its end', () => {
    expect([0, 9, 10].map((atMs) => covers({ fromMs: 0, toMs: 10 }, atMs))).toEqual([true, true, false]);
  });
});
