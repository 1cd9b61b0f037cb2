import { expect, test } from '@jest/globals';
import { foldedText } from './folded-text.ts';

test.each([
  ['Đòi  phong bì', 'doi phong bi'],
  ['ĐƯỜNG LỐI', 'duong loi'],
  ['Quấy rối 😀', 'quay roi 😀'],
  ['e\u0301 é', 'e e'],
])('%s is searched as %s', (text, folded) => {
  expect(foldedText(text)).toBe(folded);
  expect(foldedText(folded)).toBe(folded);
});
