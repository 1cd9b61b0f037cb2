import { describe, expect, it } from '@jest/globals';
import { alarmSchema, type Alarm } from '@minhbach/shared/protocol';
import { matchesFilter, mergeAlarms } from './alarm-list.ts';

const me = '00000000-0000-7000-8000-0000000000aa';
const site = '00000000-0000-7000-8000-0000000000bb';
const alarm = (number: number, seq: number, rest: object = {}): Alarm =>
  alarmSchema.parse({
    id: `00000000-0000-7000-8000-00000000000${number}`,
    seq,
    kind: 'source-down',
    severity: 'high',
    siteId: site,
    from: 1_000,
    lastSeen: 1_000,
    condition: 'standing',
    count: 1,
    raisedAt: 1_000 + number,
    escalation: 0,
    state: 'raised',
    ...rest,
  });

describe('mergeAlarms', () => {
  it('puts the newest first and lets a change replace, never an older one', () => {
    const known = mergeAlarms([], [alarm(1, 1), alarm(2, 2)]);
    expect(known.map(({ seq }) => seq)).toEqual([2, 1]);
    const changed = mergeAlarms(known, [alarm(1, 7, { severity: 'critical' })]);
    expect(changed.map(({ severity }) => severity)).toEqual(['high', 'critical']);
    expect(mergeAlarms(changed, [alarm(1, 3)])).toBe(changed);
  });
});

describe('matchesFilter', () => {
  const owned = alarm(1, 1, { state: 'owned', owner: { id: me, displayName: 'Hoa', at: 5 } });
  it('narrows by state, kind, site and owner together', () => {
    expect(matchesFilter(owned, { state: 'open', siteId: site, owner: 'me' }, me)).toBe(true);
    expect(matchesFilter(owned, { owner: 'none' }, me)).toBe(false);
    expect(matchesFilter(owned, { owner: 'me' }, site)).toBe(false);
    expect(matchesFilter(alarm(2, 2), { owner: 'none', state: 'raised' }, me)).toBe(true);
    expect(matchesFilter(owned, { kind: 'disk' }, me)).toBe(false);
    expect(matchesFilter(owned, { state: 'closed' }, me)).toBe(false);
  });
});
