import { expect, test } from '@jest/globals';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { UploadHours } from './upload-hours.ts';

const at = (utc: string) => utcMs(Date.parse(`2026-03-02T${utc}:00Z`));

test.each([
  // Vietnam is seven hours ahead, all year.
  [['19:00-06:00'], '11:59', false],
  [['19:00-06:00'], '12:00', true],
  [['19:00-06:00'], '22:59', true],
  [['19:00-06:00'], '23:00', false],
  [['11:30-13:00', '19:00-22:00'], '05:00', true],
  [['11:30-13:00', '19:00-22:00'], '06:00', false],
  [['00:00-00:00'], '03:00', true],
  [[], '03:00', true],
] as const)('within %j at %s UTC: %s', (hours, utc, open) => {
  expect(new UploadHours(hours, 'Asia/Ho_Chi_Minh').isOpen(at(utc))).toBe(open);
});
