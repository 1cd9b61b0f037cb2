import { expect, test } from '@jest/globals';
import { keepDoing } from './keep-doing.ts';

const fault = (code: string) => Object.assign(new Error(`${code} it says`), { code });

/** Runs the rounds, one after the other; the sleep after the last ends it. */
async function rounds(...outcomes: readonly (Error | undefined)[]) {
  const stop = new AbortController();
  const told: (string | undefined)[] = [];
  const slept: number[] = [];
  const left = [...outcomes];
  await keepDoing(
    async () => {
      const outcome = left.shift();
      if (outcome !== undefined) throw outcome;
    },
    {
      everyMs: 60_000,
      clock: {
        sleep: async (durationMs) => {
          slept.push(durationMs);
          if (left.length === 0) stop.abort();
        },
      },
      signal: stop.signal,
      onDiskFault: (message) => void told.push(message),
    },
  );
  return { told, slept };
}

test.each(['EIO', 'ENOSPC', 'EROFS', 'SQLITE_IOERR_FSYNC', 'SQLITE_FULL'])(
  '%s ends one round, is told, and the next round comes sooner',
  async (code) => {
    expect(await rounds(undefined, fault(code), undefined)).toEqual({
      told: [undefined, `${code} it says`, undefined],
      slept: [60_000, 5_000, 60_000],
    });
  },
);

test('what no disk is to blame for ends it', async () => {
  await expect(rounds(undefined, new TypeError('a fault of ours'))).rejects.toThrow('a fault of ours');
});

test('what a round throws because it was stopped is no fault', async () => {
  const stop = new AbortController();
  const told: unknown[] = [];
  await keepDoing(
    async (signal) => {
      stop.abort(new Error('stopped'));
      signal.throwIfAborted();
    },
    {
      everyMs: 1,
      clock: { sleep: async () => undefined },
      signal: stop.signal,
      onDiskFault: (message) => void told.push(message),
    },
  );
  expect(told).toEqual([]);
});
