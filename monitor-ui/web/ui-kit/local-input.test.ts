import { expect, test } from '@jest/globals';
import { fromLocalInput, toLocalInput } from './local-input.ts';

test('fields hold office time, whatever the machine’s zone', () => {
  const at = Date.parse('2026-11-28T02:30:00Z');
  expect(toLocalInput(at)).toBe('2026-11-28T09:30');
  expect(fromLocalInput('2026-11-28T09:30')).toBe(at);
  expect(fromLocalInput('2026-11-28T09:30:15')).toBe(at + 15_000);
  for (const half of ['', '2026-11-28', '2026-13-41T09:30', 'x'])
    expect(fromLocalInput(half)).toBeUndefined();
});
