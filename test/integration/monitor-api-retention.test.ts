import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openObjectStore } from '@minhbach/shared/object-store';
import { counterIdSchema, type CounterId } from '@minhbach/shared/units-of-measure';
import { roleSchema, type SegmentSealed } from '@minhbach/shared/protocol';
import { FilmedSource, ScriptedLedger } from '../support/filmed-source.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import { sampleFootage } from '../support/sample-footage.ts';
import { until } from '../support/until.ts';

const dayMs = 86_400_000;
const signal = new AbortController().signal;

describe('retention', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let counterA: CounterId;
  let camera: FilmedSource;
  let old: SegmentSealed;
  let held: SegmentSealed;
  let young: SegmentSealed;

  beforeAll(async () => {
    monitor = await RunningMonitor.start({
      settings: { retention: { everyMs: 200, entriesEveryMs: 200 }, approvals: { changeAfterMs: 1_500 } },
    });
    organisation = await makeOrganisation(monitor);
    const unit = await organisation.admin.call('POST', '/units', { name: 'Thanh tra', oversight: true });
    await organisation.admin.call('POST', '/people', {
      ...{ username: 'inspector', displayName: 'inspector', role: 'supervisor', unitId: unit.body.id },
      ...{ password: testPassword, staffNumber: 'TT-01' },
    });
    counterA = counterIdSchema.parse(organisation.counterA);
    const recorder = await enrolledRecorder(monitor, organisation.admin, organisation.siteA);
    const now = Date.now();
    camera = new FilmedSource(recorder, counterA, sampleFootage('h264', 20), now - 200 * dayMs);
    recorder.say({ type: 'sources', sources: [camera.status()] });
    const hold = { counterId: counterA, from: now - 100 * dayMs, to: now - 99 * dayMs, reason: 'khiếu nại' };
    expect((await organisation.people.investigator.call('POST', '/holds', hold)).status).toBe(201);
    const archive = await openObjectStore({ type: 'directory', path: join(monitor.directory, 'archive') });
    const ledger = new ScriptedLedger(recorder);
    const film = async (startUtcMs: number): Promise<SegmentSealed> => {
      const { sealed, bytes } = camera.film(startUtcMs, 2);
      await archive.put(sealed.key, bytes, { sha256: sealed.sha256, contentType: 'video/mp4', signal });
      const { segmentId, key, at } = sealed;
      await ledger.state(sealed, { kind: 'segment-proven', seq: 0, at, segmentId, key });
      return sealed;
    };
    held = await film(now - 99.5 * dayMs);
    old = await film(now - 95 * dayMs);
    young = await film(now - 89.5 * dayMs);
    await recorder.close();
    await archive.close();
  }, 120_000);
  afterAll(async () => monitor.stop());

  const spans = async (of: SegmentSealed) => {
    const path = `/counters/${counterA}/timeline?from=${of.startUtcMs}&to=${of.endUtcMs}`;
    return (await organisation.people.supervisor.call('GET', path)).body.sources[0].spans;
  };
  const archived = async (): Promise<string[]> => {
    const archive = await openObjectStore({ type: 'directory', path: join(monitor.directory, 'archive') });
    const keys: string[] = [];
    for await (const { key } of archive.list('r/', { signal })) if (key.endsWith('.mp4')) keys.push(key);
    return keys.sort();
  };

  it('removes what is over by itself, never what is held, and the timeline says so', async () => {
    await until(async () => (await spans(old))[0].kind === 'gap');
    expect(await spans(old)).toEqual([
      { from: old.startUtcMs, to: old.endUtcMs, kind: 'gap', cause: 'expired', explained: true },
    ]);
    expect((await spans(held))[0]).toMatchObject({ kind: 'footage' });
    expect((await spans(young))[0]).toMatchObject({ kind: 'footage' });
    expect(await archived()).toEqual([held.key, young.key].sort());
    const stated = (await organisation.people.auditor.call('GET', '/audit?kind=expired')).body.items;
    expect(stated).toMatchObject([{ subject: { counterId: counterA, segments: 1, from: old.startUtcMs } }]);
  });

  it('tells who may know of holds what is held, and nobody else anything of it', async () => {
    const { admin, people } = organisation;
    const ofA = async (person: typeof admin, query = '') => {
      const { items } = (await person.call('GET', `/retention/plan${query}`)).body;
      return items.find((item: { counterId: string }) => item.counterId === counterA);
    };
    for (const person of [people.supervisor, people.auditor]) {
      expect(await ofA(person)).toMatchObject({ due: { segments: 1 }, held: { segments: 1 } });
    }
    expect(Object.keys(await ofA(admin)).sort()).toEqual(['counterId', 'days', 'due']);
    const at = new Date(Date.now() + 2 * dayMs).toISOString();
    expect(await ofA(admin, `?at=${at}`)).toMatchObject({ days: 90, due: { segments: 2 } });
    expect((await admin.call('GET', '/retention/plan?at=99999999999999')).status).toBe(400);
  });

  it('reports the oldest footage of the promised days, found by fetching', async () => {
    const find = async () => {
      const { items } = (await organisation.admin.call('GET', '/retention/report')).body;
      return items.find((item: { policy: { counterId: string } }) => item.policy.counterId === counterA);
    };
    await until(async () => (await find()).look !== undefined);
    expect((await find()).policy).toEqual({ counterId: counterA, days: 90, basis: '' });
  });

  it('keeps longer when the administrator says so, and shorter when two people did and time has passed', async () => {
    const { admin, people, counterB } = organisation;
    const path = `/counters/${counterB}/retention`;
    const change = (body: unknown) => admin.call('PATCH', path, body);
    const longer = await change({ days: 180, basis: 'Quyết định 12/QĐ-UBND', quotaBytes: 5_000_000_000 });
    expect(longer).toMatchObject({
      status: 200,
      body: {
        days: 180,
        basis: 'Quyết định 12/QĐ-UBND',
        quotaBytes: 5e9,
        decidedBy: { displayName: 'Quản trị' },
      },
    });
    const shorter = await change({ days: 179, basis: 'tiết kiệm ổ đĩa' });
    expect(shorter).toMatchObject({ status: 200, body: { days: 180, pending: { days: 179 } } });
    const held = async () => (await people.auditor.call('GET', path)).body;
    expect(await held()).toEqual({ ...longer.body, pending: shorter.body.pending });
    const { approvalId } = shorter.body.pending;
    const decision = { decision: 'give', reason: 'đã xem quyết định' };
    expect((await admin.call('POST', `/approvals/${approvalId}`, decision)).status).toBe(403);
    expect((await people.supervisor.call('POST', `/approvals/${approvalId}`, decision)).body.code).toBe(
      'same-unit',
    );
    const inspector = await monitor.signIn('inspector');
    expect((await inspector.call('POST', `/approvals/${approvalId}`, decision)).status).toBe(200);
    expect(await held()).toMatchObject({ days: 180, pending: { effectiveFrom: expect.any(Number) } });
    await until(async () => (await held()).days === 179);
    expect(await held()).not.toHaveProperty('pending');
    const cut = (await people.auditor.call('GET', '/audit?kind=retention-changed')).body.items[0];
    expect(cut.subject).toMatchObject({ counterId: counterB, days: 179, daysBefore: 180, approvalId });
    for (const body of [
      { days: 0, basis: 'xyz' },
      { days: 200 },
      { days: 200.5, basis: 'xyz' },
      { basis: ' ' },
    ]) {
      expect((await change(body)).status).toBe(400);
    }
    const entry = (await people.auditor.call('GET', '/audit?kind=retention-changed')).body.items[1];
    expect(entry).toMatchObject({
      subject: { counterId: counterB, days: 180, daysBefore: 90 },
      shielded: { basis: 'Quyết định 12/QĐ-UBND' },
    });
    for (const role of ['technician', 'monitor', 'investigator', 'head'] as const) {
      expect((await people[role].call('GET', path)).status).toBe(403);
    }
    for (const role of ['supervisor', 'auditor'] as const) {
      expect((await people[role].call('PATCH', path, { days: 200, basis: 'xyz' })).status).toBe(403);
    }
    expect((await admin.call('GET', `/counters/${randomUUID()}/retention`)).status).toBe(404);
  });

  it('puts entries into the archive, under the name of their recorder', async () => {
    const archive = await openObjectStore({ type: 'directory', path: join(monitor.directory, 'archive') });
    await until(async () => {
      for await (const { key } of archive.list('r/', { signal })) {
        if (/\/ledger\/0\/tile\/entries\/000\.p\/6$/.test(key)) return true;
      }
      return false;
    });
  });

  it('is the only one to remove footage: no route does, whoever asks and whatever is named', async () => {
    const before = await archived();
    const database = new Database(join(monitor.directory, 'data', 'monitor.db'), { readonly: true });
    const rows = () => database.prepare('SELECT segment_id FROM segment ORDER BY 1').all();
    const known = rows();
    const named = [counterA, camera.sourceId, young.segmentId, organisation.siteA];
    const { routes } = monitor.monitor;
    expect(routes.filter(({ method }) => method === 'delete').map(({ path }) => path)).toEqual(['/session']);
    for (const route of routes) {
      if (route.method === 'get' || route.path === '/session' || route.path === '/first-start') continue;
      for (const id of named) {
        const path = route.path.replaceAll(/\{\w+\}/g, id);
        for (const role of roleSchema.options) {
          const caller = organisation.people[role];
          const answer = await caller.call(
            route.method.toUpperCase(),
            path,
            route.body === undefined ? undefined : {},
          );
          expect([route.path, answer.status < 500 || answer.status === 503]).toEqual([route.path, true]);
        }
      }
    }
    expect(await archived()).toEqual(before);
    expect(rows()).toEqual(known);
    database.close();
  }, 120_000);
});
