import { describe, expect, it } from '@jest/globals';
import { incidentSchema, type Incident } from '@minhbach/shared/protocol';
import { matchesFilter, mergeIncidents } from './incident-list.ts';

const incident = (number: number, seq: number, rest: object = {}): Incident =>
  incidentSchema.parse({
    id: `00000000-0000-7000-8000-00000000000${number}`,
    seq,
    counterId: '00000000-0000-7000-8000-0000000000aa',
    from: 1_000_000 + number,
    to: 1_060_000 + number,
    category: 'absent',
    severity: 'medium',
    createdAt: 1_060_000,
    createdBy: { id: 'p', displayName: 'Nguyễn Minh Tâm' },
    own: false,
    ...rest,
  });

describe('mergeIncidents', () => {
  it('puts the newest first and lets a change replace, never an older one', () => {
    const known = mergeIncidents([], [incident(1, 1), incident(2, 2)]);
    expect(known.map(({ seq }) => seq)).toEqual([2, 1]);
    const changed = mergeIncidents(known, [incident(1, 7, { severity: 'high' })]);
    expect(changed.map(({ severity }) => severity)).toEqual(['medium', 'high']);
    expect(mergeIncidents(changed, [incident(1, 3)])).toBe(changed);
  });
});

describe('matchesFilter', () => {
  const noted = incident(1, 1, { note: 'Bỏ quầy 20 phút, Đông Hà' });
  it.each([
    ['bo quay', true],
    ['Bỏ 20', true],
    ['dong ha', true],
    ['nothing', false],
    ['', true],
  ])('finds "%s" with and without marks: %s', (q, found) => {
    expect(matchesFilter(noted, { q })).toBe(found);
  });
  it('narrows by counter, category and time together', () => {
    expect(matchesFilter(noted, { counterId: noted.counterId, category: 'absent', from: 0 })).toBe(true);
    expect(matchesFilter(noted, { category: 'rude' })).toBe(false);
    expect(matchesFilter(noted, { from: 2_000_000 })).toBe(false);
  });
});
