import { expect, test } from '@jest/globals';
import type { DutyCalendar } from '@minhbach/shared/protocol';
import { newId, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { isReduction } from './calendar-reduction.ts';
import { defaultDutyWeek } from './duty-spans.ts';

const sources = [newId(sourceIdSchema), newId(sourceIdSchema), newId(sourceIdSchema)];
const usual: DutyCalendar = {
  weekly: defaultDutyWeek,
  holidays: ['2026-12-24'],
  effectiveFrom: '2026-11-24',
};
const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
const mondays = defaultDutyWeek.filter(({ weekday }) => weekday === 1);

test.each<[string, Partial<DutyCalendar>, boolean]>([
  ['the same', {}, false],
  ['more hours', { weekly: always }, false],
  ['the same hours in other pieces', { weekly: [...defaultDutyWeek, ...mondays] }, false],
  [
    'as many hours at another time',
    {
      weekly: defaultDutyWeek.map((span) =>
        span.to === '17:00' ? { ...span, from: '14:00', to: '17:30' } : span,
      ),
    },
    true,
  ],
  [
    'a day less and another more',
    { weekly: defaultDutyWeek.map((span) => (span.weekday === 1 ? { ...span, weekday: 6 } : span)) },
    true,
  ],
  ['another holiday', { holidays: ['2026-12-24', '2026-12-25'] }, true],
  ['another holiday on a Saturday', { holidays: ['2026-12-24', '2026-12-26'] }, false],
  ['a holiday that is past', { holidays: ['2026-12-24', '2026-11-23'] }, false],
  ['a holiday less', { holidays: [] }, false],
  ['every source named', { requiredSources: sources }, false],
  ['fewer sources', { requiredSources: sources.slice(1) }, true],
])('%s', (_name, change, reduces) => {
  expect(isReduction(usual, { ...usual, ...change }, sources)).toBe(reduces);
});

test('nothing at all is a reduction of anything', () => {
  expect(isReduction({ ...usual, weekly: always }, { ...usual, weekly: [] }, [])).toBe(true);
});
