import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';

const names = [
  'Ủy ban nhân dân phường Đông Hà — Quầy \'số 1\' "A"',
  '<img src=x onerror=alert(1)>',
  "'; DROP TABLE unit; --",
  '👩‍⚖️ 🏢',
  '../../etc/passwd',
  '${jndi:ldap://x}',
  '__proto__',
];

describe('bad input', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());

  it.each(names)('the name %s is kept as it is', async (name) => {
    const { admin } = organisation;
    const made = await admin.call('POST', '/units', { name, oversight: false });
    expect(made.status).toBe(201);
    expect((await admin.call('GET', `/units/${made.body.id}`)).body.name).toBe(name);
  });

  it.each([
    ['/units', { name: 'x'.repeat(10_000), oversight: false }, '/name'],
    ['/units', { name: '   ', oversight: false }, '/name'],
    ['/units', { name: 'a\u0000b', oversight: false }, '/name'],
    ['/units', { name: 'x' }, '/oversight'],
    ['/units', { name: 'x', oversight: false, extra: 1 }, '/extra'],
    ['/units', [], ''],
    ['/units', { name: { toString: 1 }, oversight: false }, '/name'],
    ['/sites', { name: 'x', unitId: 'no' }, '/unitId'],
    ['/sites', { name: 'x', unitId: randomUUID() }, '/unitId'],
    [
      '/people',
      { username: 'A B', displayName: 'x', role: 'monitor', password: 'x'.repeat(12) },
      '/username',
    ],
    ['/people', { username: 'ab', displayName: 'x', role: 'king', password: 'x'.repeat(12) }, '/role'],
    ['/people', { username: 'ab', displayName: 'x', role: 'monitor', password: 'short' }, '/password'],
  ])('POST %s %j is refused at its place and changes nothing', async (path, body, pointer) => {
    const { admin } = organisation;
    const before = (await admin.call('GET', `${path}?limit=500`)).body;
    const { status, body: problem, headers } = await admin.call('POST', path, body);
    expect(status).toBe(400);
    expect(headers.get('Content-Type')).toContain('application/problem+json');
    expect(problem).toMatchObject({ status: 400, code: 'bad-input' });
    expect(problem.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect(problem.detail.length).toBeLessThanOrEqual(500);
    expect((await admin.call('GET', `${path}?limit=500`)).body).toEqual(before);
  });

  it('a body that is no JSON, or too large, or missing', async () => {
    const { admin } = organisation;
    const send = async (body: string) =>
      (
        await admin.fetch('/api/v1/units', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        })
      ).status;
    expect(await send('{')).toBe(400);
    expect(await send('"text"')).toBe(400);
    expect(await send(JSON.stringify({ name: 'x'.repeat(70_000) }))).toBe(413);
    expect((await admin.call('POST', '/units')).status).toBe(400);
  });

  it.each([
    '/nothing',
    '/counters/not-an-id',
    '/counters/00000000-0000-4000-8000-000000000000',
    '/counters/%2e%2e%2fetc',
    '/people/1%20OR%201=1',
    '/jobs/00000000-0000-4000-8000-000000000000',
    '/UNITS',
  ])('GET %s names nothing', async (path) => {
    const caller = path.startsWith('/jobs') ? organisation.people.technician : organisation.admin;
    expect((await caller.call('GET', path)).body).toMatchObject({ status: 404, code: 'not-found' });
  });

  it.each([
    '/units?limit=0',
    '/units?limit=x',
    '/units?cursor=%27',
    '/units?sort=name',
    '/counters?siteId=1',
  ])('GET %s says what is allowed', async (path) => {
    const { status, body } = await organisation.admin.call('GET', path);
    expect(status).toBe(400);
    expect(body.errors[0].pointer).toMatch(/^\/query\//);
  });

  it.each([
    ['reversed', { from: 2_000, to: 1_000 }],
    ['empty', { from: 1_000, to: 1_000 }],
    ['too far ahead', { from: Date.now(), to: Date.now() + 90_000 }],
    ['too long', { from: Date.now() - 5 * 3_600_000, to: Date.now() }],
    ['negative', { from: -5, to: 5 }],
    ['not a time', { from: 'yesterday', to: 'now' }],
    ['without an offset', { from: '2026-01-01T00:00:00', to: '2026-01-01T00:01:00' }],
  ])('an incident whose times are %s is refused', async (_name, times) => {
    const { people, counterA } = organisation;
    const input = { counterId: counterA, category: 'rude', ...times };
    const { body } = await people.monitor.call('POST', '/incidents', input);
    expect(body).toMatchObject({ status: 400, code: 'bad-input' });
  });

  const dayMs = 86_400_000;
  it.each([
    ['timeline', 'reversed', 2_000, 1_000, /^\/query\/to: is later than from$/],
    ['timeline', 'empty', 1_000, 1_000, /^\/query\/to: is later than from$/],
    ['timeline', 'overlong', 0, 31 * dayMs + 1, /^\/query\/to: is at most 31 days after from$/],
    ['timeline', 'endless', 0, Number.MAX_SAFE_INTEGER, /^\/query\/to: /],
    ['completeness', 'reversed', 2_000, 1_000, /^\/query\/to: is later than from$/],
    ['completeness', 'empty', 1_000, 1_000, /^\/query\/to: is later than from$/],
    ['completeness', 'overlong', 0, 92 * dayMs + 1, /^\/query\/to: is at most 92 days after from$/],
    ['completeness', 'endless', 0, Number.MAX_SAFE_INTEGER, /^\/query\/to: /],
  ])('a %s of a span that is %s is refused in a sentence', async (what, _how, from, to, sentence) => {
    const { people, counterA } = organisation;
    const path = `/counters/${counterA}/${what}`;
    const { body } = await people.supervisor.call('GET', `${path}?from=${from}&to=${to}`);
    expect(body).toMatchObject({ status: 400, code: 'bad-input', detail: expect.stringMatching(sentence) });
    const longest = (what === 'timeline' ? 31 : 92) * dayMs;
    expect((await people.supervisor.call('GET', `${path}?from=0&to=${longest}`)).status).toBe(200);
  });

  it('a note of 4000 characters is kept, 4001 are refused', async () => {
    const { people, counterA } = organisation;
    const input = { counterId: counterA, category: 'rude', from: Date.now() - 1_000, to: Date.now() };
    const note = 'ư'.repeat(4_000);
    const made = await people.monitor.call('POST', '/incidents', { ...input, note });
    expect(made.body.note).toBe(note);
    const refused = await people.monitor.call('POST', '/incidents', { ...input, note: `${note}x` });
    expect(refused.body.errors).toEqual([
      {
        pointer: '/note',
        message: 'a note has at most 4000 characters',
        rule: 'characters-at-most',
        params: { count: 4000 },
      },
    ]);
  });

  it('nothing of it was our fault, and no password is in the log', () => {
    expect(monitor.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    expect(monitor.log.join('\n')).not.toContain('mật khẩu');
  });
});
