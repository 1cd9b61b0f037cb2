import { expect, test } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { spokenTime } from './spoken-time.ts';

const local = (text: string) => Date.parse(`${text}+07:00`);
const now = utcMs(local('2026-11-28T08:00:00'));

test.each([
  ['quay 3 hom qua', '2026-11-27T00:00:00', '2026-11-28T00:00:00', 'quay 3'],
  ['quay 3 hom nay luc 7h30', '2026-11-28T07:00:00', '2026-11-28T08:00:00', 'quay 3'],
  ['12/11 14:05 quay 1', '2026-11-12T13:35:00', '2026-11-12T14:35:00', 'quay 1'],
  ['quay 1 30/12', '2025-12-30T00:00:00', '2025-12-31T00:00:00', 'quay 1'],
  ['1/2/2026', '2026-02-01T00:00:00', '2026-02-02T00:00:00', ''],
  ['counter 2 yesterday at 9 gio', '2026-11-27T08:30:00', '2026-11-27T09:30:00', 'counter 2'],
  ['quay 2 16h', '2026-11-27T15:30:00', '2026-11-27T16:30:00', 'quay 2'],
])('%s', (text, from, to, rest) => {
  expect(spokenTime(text, now)).toEqual({ from: local(from), to: local(to), rest });
});

test.each(['quay 3', 'A012', 'nguyen van a', '31/02'])('no time in: %s', (text) => {
  expect(spokenTime(text, now)).toBeUndefined();
});
