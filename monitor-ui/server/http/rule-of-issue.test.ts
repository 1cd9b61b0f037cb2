import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { timeInputSchema } from '@minhbach/shared/units-of-measure';
import { usernameSchema } from '@minhbach/shared/protocol';
import { inputProblem } from './problem.ts';

const schema = z.strictObject({
  name: z.string().min(3, 'a name of our own words').max(5),
  days: z.int().min(1).max(7),
  kind: z.enum(['camera', 'microphone']),
  ids: z.array(z.string()).min(1).max(2),
  at: timeInputSchema,
  code: z.string().regex(/^a$/),
});
const right = { name: 'abc', days: 1, kind: 'camera', ids: ['a'], at: 1, code: 'a' };

function faultAt(input: unknown): unknown {
  const { error } = schema.safeParse(input);
  const [fault] = inputProblem(error?.issues ?? [], '').errors ?? [];
  return fault && { pointer: fault.pointer, rule: fault.rule, params: fault.params };
}

test.each([
  [{ name: undefined }, '/name', 'needed', undefined],
  [{ name: 1 }, '/name', 'other-kind', { expected: 'string' }],
  [{ name: 'a' }, '/name', 'characters-at-least', { count: 3 }],
  [{ name: 'abcdef' }, '/name', 'characters-at-most', { count: 5 }],
  [{ days: 0 }, '/days', 'number-at-least', { count: 1 }],
  [{ days: 8 }, '/days', 'number-at-most', { count: 7 }],
  [{ kind: 'telephone' }, '/kind', 'one-of', { values: 'camera, microphone' }],
  [{ ids: [] }, '/ids', 'items-at-least', { count: 1 }],
  [{ ids: ['a', 'b', 'c'] }, '/ids', 'items-at-most', { count: 2 }],
  [{ at: 'yesterday' }, '/at', 'time', undefined],
  [{ code: 'b' }, '/code', 'other-form', undefined],
  [{ colour: 1 }, '/colour', 'no-such-field', undefined],
])('%j is told as the rule it breaks', (change, pointer, rule, params) => {
  expect(faultAt({ ...right, ...change })).toEqual({ pointer, rule, params });
});

test('a form that has a sentence of its own is told by it', () => {
  const { error } = usernameSchema.safeParse('A B');
  expect(inputProblem(error?.issues ?? [], '').errors).toEqual([
    expect.objectContaining({ rule: 'user-name', message: expect.stringContaining('a-z 0-9') }),
  ]);
});
