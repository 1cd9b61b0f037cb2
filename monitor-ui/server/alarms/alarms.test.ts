import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Alarm, Role } from '@minhbach/shared/protocol';
import { recorderIdSchema, siteIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import { Shield } from '../shield/index.ts';
import { AuditLog } from '../audit/index.ts';
import { MonitorDatabase } from '../database/index.ts';
import { databaseSchema } from '../schema.ts';
import { AlarmActs } from './alarm-acts.ts';
import type { AlarmFact } from './alarm-fact.ts';
import { AlarmStore } from './alarm-store.ts';
import { Alarms, type AlarmSighting } from './alarms.ts';

const minute = 60_000;
const hour = 60 * minute;
let now: number;
let database: MonitorDatabase;
let audit: AuditLog;
let alarms: Alarms;
let acts: AlarmActs;
let announced: AlarmFact[];
let outward: string[];
const clock = { wallNow: () => utcMs(now), monotonicNowMs: () => now, sleep: async () => undefined };
const [unitId, siteId, recorderId] = [
  randomUUID(),
  siteIdSchema.parse(randomUUID()),
  recorderIdSchema.parse(randomUUID()),
];

const people = new Map<Role, Actor>();
function actor(role: Role): Actor {
  const found = people.get(role);
  if (found === undefined) throw new Error(role);
  return found;
}

function open(): void {
  audit = new AuditLog(database, clock, Shield.ofKey(Buffer.alloc(32)));
  announced = [];
  outward = [];
  const store = new AlarmStore(database);
  alarms = new Alarms({
    ...{ database, store, audit, clock },
    rules: { escalateAfterMs: 5 * minute, reopenWithinMs: 24 * hour },
    outward: (event, alarm) => outward.push(`${event} ${alarm.kind} ${alarm.escalation}`),
    announce: (alarm) => announced.push(alarm),
  });
  acts = new AlarmActs(alarms, store, clock);
}

beforeEach(async () => {
  now = 1_000_000_000;
  database = await MonitorDatabase.open(':memory:', databaseSchema);
  database.sqlite.exec(`INSERT INTO unit VALUES ('${unitId}', 'Phường A', 1);
    INSERT INTO site VALUES ('${siteId}', 'Điểm A', '${unitId}');`);
  for (const role of ['monitor', 'supervisor', 'technician', 'head', 'auditor', 'investigator'] as const) {
    const id = randomUUID();
    database.sqlite
      .prepare(
        `INSERT INTO person (id, username, display_name, role, unit_id, active, password_hash, created_at)
         VALUES (?, ?, ?, ?, ?, 1, '', 0)`,
      )
      .run(id, role, role, role, unitId);
    const person = { id, username: role, displayName: role, role, unitId, active: true };
    people.set(role, { person, unit: { id: unitId, name: 'Phường A', oversight: true } } as unknown as Actor);
  }
  open();
});
afterEach(() => database.close());

const sighting = (more: Partial<AlarmSighting> = {}): AlarmSighting => ({
  kind: 'archive',
  key: 'archive:1',
  place: { siteId, recorderId },
  from: utcMs(now),
  evidence: 'nothing goes in',
  ...more,
});
const auditKinds = () =>
  audit
    .list({ limit: 100 })
    .map(({ kind }) => kind)
    .reverse();

describe('what is seen again', () => {
  test('is added to the open alarm: counted when it had ended, not while it stands', () => {
    const first = alarms.raise(sighting());
    expect(first).toMatchObject({ state: 'raised', condition: 'standing', count: 1, severity: 'medium' });
    now += minute;
    expect(alarms.raise(sighting()).seq).toBe(first.seq);
    alarms.end('archive:1');
    now += minute;
    const again = alarms.raise(sighting());
    expect(again).toMatchObject({
      id: first.id,
      count: 2,
      from: first.from,
      lastSeen: now,
      condition: 'standing',
    });
    expect(again.to).toBeUndefined();
    expect(outward).toEqual(['raised archive 0']);
    expect(auditKinds()).toEqual(['alarm-raised']);
    expect(announced.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('reopens a closed alarm with nothing of its past owner, and is a new one much later', () => {
    const { id } = alarms.raise(sighting());
    acts.own(actor('monitor'), id);
    alarms.end('archive:1');
    acts.close(actor('monitor'), id, undefined);
    now += hour;
    const reopened = alarms.raise(sighting());
    expect(reopened).toMatchObject({ id, state: 'raised', owner: undefined, closed: undefined, count: 2 });
    expect(outward.at(-1)).toBe('reopened archive 0');
    alarms.end('archive:1');
    acts.close(actor('supervisor'), id, undefined);
    now += 25 * hour;
    const later = alarms.raise(sighting());
    expect(later.id).not.toBe(id);
    expect(later.count).toBe(1);
  });

  test('stays closed while it goes on as it was when somebody closed it with a reason', () => {
    const { id } = alarms.raise(sighting());
    acts.close(actor('monitor'), id, 'thay ổ đĩa ngày mai');
    now += minute;
    expect(alarms.raise(sighting()).state).toBe('closed');
    alarms.end('archive:1');
    expect(alarms.raise(sighting()).state).toBe('raised');
  });

  test('tells apart what happened from what stands', () => {
    const happened = alarms.happened(sighting({ kind: 'clock', key: 'clock:1' }));
    expect(happened).toMatchObject({ state: 'raised', condition: 'ended', to: now });
    now += minute;
    expect(alarms.happened(sighting({ kind: 'clock', key: 'clock:1' })).count).toBe(2);
    alarms.raise(sighting({ kind: 'clock', key: 'clock:1' }));
    expect(alarms.happened(sighting({ kind: 'clock', key: 'clock:1' })).condition).toBe('standing');
  });
});

test('nothing is known after a start until somebody says so, which is no new occurrence', () => {
  const { id } = alarms.raise(sighting());
  open();
  alarms.unknown();
  expect(announced.at(-1)).toMatchObject({ id, condition: 'unknown' });
  expect(() => acts.close(actor('monitor'), id, undefined)).toThrow(/needs a reason/);
  expect(alarms.raise(sighting())).toMatchObject({ id, condition: 'standing', count: 1 });
});

describe('what nobody owns', () => {
  test('is passed up each time the limit is over, with rising severity, acknowledged or not', () => {
    const { id } = alarms.raise(sighting());
    acts.acknowledge(actor('monitor'), id);
    now += 5 * minute - 1;
    alarms.escalate();
    expect(outward).toEqual(['raised archive 0']);
    now += 1;
    alarms.escalate();
    alarms.escalate();
    expect(announced.at(-1)).toMatchObject({ escalation: 1, severity: 'high', state: 'acknowledged' });
    now += 60 * minute;
    alarms.escalate();
    expect(announced.at(-1)).toMatchObject({ escalation: 3, severity: 'critical' });
    now += 60 * minute;
    alarms.escalate();
    expect(outward).toEqual(['raised archive 0', 'escalated archive 1', 'escalated archive 3']);
    expect(auditKinds()).toEqual([
      'alarm-raised',
      'alarm-acknowledged',
      'alarm-escalated',
      'alarm-escalated',
    ]);
  });

  test('is passed up although somebody explained it, and not once somebody owns it', () => {
    const { id } = alarms.raise(sighting());
    acts.explain(actor('technician'), id, 'đang thay dây mạng');
    now += 6 * minute;
    alarms.escalate();
    expect(outward.at(-1)).toBe('escalated archive 1');
    acts.own(actor('monitor'), id);
    now += hour;
    alarms.escalate();
    expect(outward.at(-1)).toBe('escalated archive 1');
  });
});

describe('what people do', () => {
  test('goes through the states, each in the audit with its text shielded', () => {
    const { id } = alarms.raise(sighting());
    const monitor = actor('monitor');
    expect(acts.acknowledge(monitor, id)).toMatchObject({ state: 'acknowledged', acknowledged: { at: now } });
    expect(acts.own(monitor, id)).toMatchObject({ state: 'owned', owner: { displayName: 'monitor' } });
    expect(acts.own(monitor, id).seq).toBe(3);
    expect(acts.own(actor('supervisor'), id)).toMatchObject({ owner: { displayName: 'supervisor' } });
    expect(acts.explain(monitor, id, 'mất điện cả phố')).toMatchObject({ state: 'explained' });
    expect(acts.close(monitor, id, 'đã gọi điện lực')).toMatchObject({
      state: 'closed',
      closed: { text: 'đã gọi điện lực' },
    });
    expect(() => acts.own(monitor, id)).toThrow(/closed cannot/);
    expect(() => acts.acknowledge(monitor, id)).toThrow(/closed cannot/);
    expect(auditKinds()).toEqual([
      'alarm-raised',
      'alarm-acknowledged',
      'alarm-owned',
      'alarm-owned',
      'alarm-explained',
      'alarm-closed',
    ]);
    const [closed, explained] = audit.list({ limit: 2 });
    expect(explained?.shielded).toEqual({ text: 'mất điện cả phố' });
    expect(JSON.stringify([closed?.subject, explained?.subject])).not.toMatch(/điện/);
  });

  test('may not be done by those who only read, and a closed state cannot be forged in the table', () => {
    const { id } = alarms.raise(sighting({ kind: 'source-down', key: 'source:1' }));
    expect(() => acts.own(actor('technician'), id)).toThrow(/role/);
    expect(() => acts.close(actor('auditor'), id, 'một lý do')).toThrow(/role/);
    expect(() => acts.explain(actor('head'), id, 'một lý do')).toThrow(/role/);
    expect(() => database.sqlite.prepare("UPDATE alarm SET state = 'closed'").run()).toThrow(/CHECK/);
    expect(() => database.sqlite.prepare('DELETE FROM alarm').run()).toThrow(/never/);
  });
});

describe('what each role sees', () => {
  const seen = (role: Role): Alarm[] => acts.list(actor(role), { limit: 10 });

  test('a head neither people nor words, a technician no words of others, both only their kinds', () => {
    const { id } = alarms.raise(sighting({ kind: 'recorder-silent', key: 'recorder-silent:1' }));
    alarms.happened(sighting({ kind: 'recorder-identity-twice', key: 'twice:1' }));
    alarms.raise(sighting());
    acts.own(actor('monitor'), id);
    acts.explain(actor('monitor'), id, 'liên quan đến đơn của ông B');
    expect(seen('investigator')).toEqual([]);
    expect(
      seen('monitor')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['archive', 'recorder-identity-twice', 'recorder-silent']);
    expect(seen('auditor')).toHaveLength(3);
    expect(
      seen('technician')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['archive', 'recorder-silent']);
    const [ofHead] = seen('head');
    expect(seen('head')).toHaveLength(1);
    expect(ofHead).toMatchObject({ id, state: 'explained' });
    for (const hidden of ['owner', 'explanation', 'acknowledged', 'evidence'])
      expect(ofHead).not.toHaveProperty(hidden);
    const forTechnician = JSON.stringify(seen('technician'));
    expect(forTechnician).toContain('"owner"');
    expect(forTechnician).not.toContain('ông B');
    expect(JSON.stringify(seen('auditor'))).toContain('ông B');
    expect(() =>
      acts.find(actor('head'), seen('monitor').find(({ kind }) => kind === 'archive')?.id ?? ''),
    ).toThrow(/no such alarm/);
  });

  test('who covers, freezes, loops or mutes is not told that it was noticed, be he head or technician', () => {
    for (const kind of ['picture-frozen', 'picture-blank', 'picture-repeats', 'sound-silent'] as const)
      alarms.raise(sighting({ kind, key: `${kind}:1` }));
    expect(seen('monitor')).toHaveLength(4);
    expect([...seen('head'), ...seen('technician')]).toEqual([]);
  });
});
