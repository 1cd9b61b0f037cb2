import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CaptureEnd } from './capture-end.ts';
import { supervise, supervisionBegins, type Supervision, type SupervisionEvent } from './supervision.ts';

const limits = { retryMaxMs: 10_000, refusedMaxMs: 300_000, jitter: 1 };
const ended = (of: Partial<CaptureEnd> = {}): SupervisionEvent => ({
  kind: 'ended',
  end: {
    cause: 'camera-closed',
    evidence: 'x',
    refused: false,
    tracksChanged: false,
    killed: false,
    lastedMs: 0,
    ...of,
  },
});
const refused = ended({ refused: true, cause: 'camera-refused-login' });
const found = { kind: 'found' } as const;
const waited = { kind: 'waited' } as const;
const stopped = { kind: 'stopped' } as const;

const after = (...events: readonly SupervisionEvent[]): Supervision =>
  events.reduce((state, event) => supervise(state, event, limits), supervisionBegins);
/** The longest waits after each of these ends in a row. */
const waits = (events: readonly SupervisionEvent[]): number[] => {
  let state = supervisionBegins;
  return events.map((event) => {
    state = supervise(state, event, limits);
    if (state.state !== 'waiting') throw new Error(state.state);
    const { waitMs } = state;
    state = supervise(state, waited, limits);
    return waitMs;
  });
};

describe('supervise', () => {
  it.each<[string, readonly SupervisionEvent[], Supervision['state']]>([
    ['begins by finding', [], 'finding'],
    ['captures what was found', [found], 'capturing'],
    ['waits when nothing was found', [ended()], 'waiting'],
    ['waits after a capture', [found, ended()], 'waiting'],
    ['finds again after waiting', [found, ended(), waited], 'finding'],
    ['stops while finding', [stopped], 'over'],
    ['stops while capturing', [found, stopped], 'over'],
    ['stops while waiting', [ended(), stopped], 'over'],
    ['stays over', [stopped, found, ended(), waited], 'over'],
    ['is not woken while capturing', [found, waited], 'capturing'],
    ['finds once', [found, found], 'capturing'],
    ['is not ended twice', [ended(), refused], 'waiting'],
    ['finds nothing while waiting', [ended(), found], 'waiting'],
    ['is not woken while finding', [waited], 'finding'],
  ])('%s', (_what, events, state) => {
    expect(after(...events).state).toBe(state);
  });

  it('backs off from 0.2 s to 10 s, and forgets what was before 5 s of health', () => {
    expect(waits(Array.from({ length: 8 }, () => ended()))).toEqual([
      200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
    const healthy = ended({ lastedMs: 5_000 });
    expect(waits([ended(), ended(), ended(), healthy, ended()])).toEqual([200, 400, 800, 200, 200]);
    expect(waits([ended(), ended(), ended({ lastedMs: 4_999 })])).toEqual([200, 400, 800]);
  });

  it('begins again at once as often as somebody kills an ffmpeg that gave footage', () => {
    const killed = ended({ killed: true, lastedMs: 900 });
    expect(waits([ended(), ended(), ...Array.from({ length: 6 }, () => killed), ended()])).toEqual([
      ...[200, 400],
      ...Array.from({ length: 6 }, () => 200),
      200,
    ]);
  });

  it('tries a refused login three times soon, then ever more rarely, and forgets that with the first other end', () => {
    expect(waits(Array.from({ length: 9 }, () => refused))).toEqual([
      10_000, 10_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ]);
    expect(waits([refused, refused, refused, refused, ended(), refused]).at(-1)).toBe(10_000);
  });

  it('never waits longer for a login than it has been refused already, apart from the first tries', () => {
    const all = waits(Array.from({ length: 12 }, () => refused));
    for (const [index, waitMs] of all.entries()) {
      if (index < 3) continue;
      expect(waitMs).toBeLessThanOrEqual(all.slice(0, index).reduce((sum, ms) => sum + ms, 0));
    }
  });

  it('for ever tries again, whatever happens, until it is stopped', () => {
    const event = fc.oneof(
      fc.constantFrom<SupervisionEvent>(found, waited, refused),
      fc.nat(60_000).map((lastedMs) => ended({ lastedMs })),
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (events, jitter) => {
          let state = supervisionBegins;
          for (const each of events) {
            state = supervise(state, each, { ...limits, jitter });
            if (state.state !== 'waiting') continue;
            expect(state.waitMs).toBeGreaterThanOrEqual(100);
            expect(state.waitMs).toBeLessThanOrEqual(state.after.refused ? 300_000 : 10_000);
            expect(supervise(state, waited, limits).state).toBe('finding');
          }
          expect(state.state).not.toBe('over');
        },
      ),
    );
  });
});
