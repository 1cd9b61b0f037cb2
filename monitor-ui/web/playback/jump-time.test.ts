import { describe, expect, it } from '@jest/globals';
import { parseJump } from './jump-time.ts';

const near = Date.parse('2026-11-22T14:00:00+07:00');
const at = (text: string) => Date.parse(text);

describe('parseJump', () => {
  it.each([
    ['9:41', at('2026-11-22T09:41:00+07:00')],
    [' 09:41:22,48 ', at('2026-11-22T09:41:22.480+07:00')],
    ['09:41:22.480', at('2026-11-22T09:41:22.480+07:00')],
    ['02:41:22Z', at('2026-11-22T02:41:22Z')],
    ['02:41 utc', at('2026-11-22T02:41:00Z')],
    ['21/11 09:41', at('2026-11-21T09:41:00+07:00')],
    ['01/12/2025 23:59:59', at('2025-12-01T23:59:59+07:00')],
    ['22/11/2026 02:41:22 Z', at('2026-11-22T02:41:22Z')],
    ['2026-11-22T02:41:22.5Z', at('2026-11-22T02:41:22.500Z')],
    ['2026-11-22 09:41:22+07:00', at('2026-11-22T09:41:22+07:00')],
  ])('%s', (typed, expected) => expect(parseJump(typed, near)).toBe(expected));

  it.each(['', 'noon', '25:00', '09:61', '31/02 10:00', '10/13 10:00', '2026-11-22', '9', '-1:00'])(
    'refuses "%s"',
    (typed) => expect(parseJump(typed, near)).toBeUndefined(),
  );
});
