import { expect, test } from '@jest/globals';
import { foldedCode } from './folded-code.ts';

test.each([
  ['A 012', 'a012'],
  [' 000.12.H48-240101-0007 ', '000.12.h48-240101-0007'],
  ['Đ1', 'd1'],
])('%s is found as %s', (code, folded) => {
  expect(foldedCode(code)).toBe(folded);
});
