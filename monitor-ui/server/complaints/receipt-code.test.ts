import { expect, test } from '@jest/globals';
import { newReceiptCode, readReceiptCode } from './receipt-code.ts';

test('a code is read however it is typed', () => {
  const code = newReceiptCode();
  expect(code).toMatch(/^MB-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
  const kept = readReceiptCode(code);
  expect(kept).toHaveLength(10);
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect(readReceiptCode(typed)).toBe(kept);
  expect(readReceiptCode(kept ?? '')).toBe(kept);
});

test('one wrong symbol, or two exchanged neighbours, make no code', () => {
  for (let round = 0; round < 50; round += 1) {
    const kept = readReceiptCode(newReceiptCode()) ?? '';
    for (let at = 0; at < kept.length; at += 1) {
      for (const other of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
        if (other === kept[at]) continue;
        expect(readReceiptCode(kept.slice(0, at) + other + kept.slice(at + 1))).toBeUndefined();
      }
      const [one, two] = [kept[at] ?? '', kept[at + 1] ?? ''];
      if (one === two || two === '') continue;
      expect(readReceiptCode(kept.slice(0, at) + two + one + kept.slice(at + 2))).toBeUndefined();
    }
  }
});

test.each(['', 'MB', 'MB-0000', '🙂'.repeat(10), '0'.repeat(40), "' OR 1=1 --"])('%s is no code', (typed) => {
  expect(readReceiptCode(typed)).toBeUndefined();
});
