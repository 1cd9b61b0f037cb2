import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { FilmedSource } from '../support/filmed-source.ts';
import {
  enrolledRecorder,
  makeOrganisation,
  RunningMonitor,
  testPassword,
  type Organisation,
} from '../support/running-monitor.ts';
import { sampleFootage } from '../support/sample-footage.ts';
import type { ScriptedRecorder } from '../support/scripted-recorder.ts';
import type { Caller } from '../support/signed-in.ts';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';

const seeded = 200;
/** What differs between two looks at the same thing. */
const volatile =
  /"(?:asOf|serverNow|at|lastSeenAt|expiresAt|clockOffsetMs|checkedAt|uptimeS|pendingMs|to|size|root|note|ledgerSize|seq)":(?:\d+|"[^"]*")/g;

/**
 * Whether anybody complained must not be told by anything an office, its technician, or whoever has the recorder's box
 * can reach. Each address, event, message to the recorder, metric and line of the log is recorded before and after 200
 * complaints with holds, denunciations, attachments and a case; nothing may differ but the stated weekly number, which
 * does not count the week that runs.
 */
describe('an office that is complained of', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  let recorder: ScriptedRecorder;
  let spies: Record<'head' | 'technician' | 'local technician', Caller>;
  const sockets: Socket[] = [];
  const events: string[] = [];

  beforeAll(async () => {
    monitor = await RunningMonitor.start({ settings: { complaints: { complaintsPerHour: 10_000 } } });
    organisation = await makeOrganisation(monitor);
    const { admin, unitAId, siteA, counterA } = organisation;
    for (const role of ['head', 'technician'] as const) {
      const account = {
        username: `${role}-a`,
        displayName: role,
        role,
        unitId: unitAId,
        password: testPassword,
      };
      expect((await admin.call('POST', '/people', account)).status).toBe(201);
    }
    spies = {
      head: await monitor.signIn('head-a'),
      technician: organisation.people.technician,
      'local technician': await monitor.signIn('technician-a'),
    };
    recorder = await enrolledRecorder(monitor, admin, siteA);
    const camera = new FilmedSource(
      recorder,
      counterIdSchema.parse(counterA),
      sampleFootage('h264', 20),
      Date.now() - 60_000,
    );
    recorder.say({ type: 'sources', sources: [camera.status()] });
    for (const [name, spy] of Object.entries(spies)) {
      const socket = io(monitor.origin, {
        transports: ['websocket'],
        extraHeaders: { Origin: monitor.origin, Cookie: spy.cookie },
        forceNew: true,
      });
      sockets.push(socket);
      socket.onAny((event: string, ...values: unknown[]) =>
        events.push(`${name} ${event} ${JSON.stringify(values)}`),
      );
      await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }, 60_000);
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await recorder.close();
    await monitor.stop();
  });

  /** Every address that can be read, as each of them sees it. */
  async function everythingSeen(ids: readonly string[]): Promise<Map<string, string>> {
    const seen = new Map<string, string>();
    for (const [name, spy] of Object.entries(spies)) {
      for (const route of monitor.monitor.routes.filter(({ method }) => method === 'get')) {
        const paths = route.path.includes('{')
          ? ids.map((id) => route.path.replaceAll(/\{\w+\}/g, id))
          : [route.path];
        for (const path of paths) {
          const span = route.path.includes('counters/{id}/')
            ? '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z'
            : '';
          const answer = await spy.fetch(`/api/v1${path}${span}`);
          const text = (await answer.text()).replaceAll(volatile, '');
          seen.set(`${name} ${path}`, `${answer.status} ${text}`);
        }
      }
    }
    return seen;
  }

  async function complainOften(): Promise<string[]> {
    const { people, counterA, counterB } = organisation;
    const made: string[] = [];
    for (let count = 0; count < seeded; count += 1) {
      const told = {
        kind: count % 3 === 0 ? 'denunciation' : 'complaint',
        counterId: count % 4 === 0 ? counterB : counterA,
        happenedFrom: Date.now() - (1 + count) * 60_000,
        text: `Chuyện thứ ${count}: bị vòi vĩnh`,
        ticket: `T-${count}`,
        reporter: { name: `Người dân ${count}`, phone: `09120000${count}` },
      };
      const answer =
        count % 2 === 0
          ? await people.monitor.call('POST', '/complaints', { channel: 'hotline', ...told })
          : await monitor.anonymous.call('POST', '/public/complaints', told);
      expect(answer.status).toBe(201);
      if (answer.body.id !== undefined) made.push(answer.body.id);
    }
    const opened = await people.investigator.call('POST', '/cases', {
      ...{ complaintIds: made.slice(1, 3), title: 'Quầy A' },
    });
    expect(opened.status).toBe(201);
    await people.investigator.call('POST', `/cases/${opened.body.id}/notes`, { text: 'đã xem' });
    return [...made.slice(0, 2), opened.body.id];
  }

  it('sees nothing that differs, on any way it has', async () => {
    const { siteA, counterA, unitAId } = organisation;
    const me = (await spies.head.call('GET', '/me')).body.person.id;
    const known = [siteA, counterA, unitAId, recorder.recorderId, me];
    const before = await everythingSeen(known);
    expect(before.size).toBeGreaterThan(200);
    // The measure itself tells: something that is stated does show.
    expect([...before.values()].filter((text) => text.startsWith('200'))).not.toHaveLength(0);
    events.length = 0;
    const heardBefore = recorder.heard.length;
    const logBefore = monitor.log.length;

    const made = await complainOften();
    await new Promise((resolve) => setTimeout(resolve, 4_000));

    const after = await everythingSeen(known);
    const differing = [...after].filter(([path, text]) => before.get(path) !== text);
    expect(differing).toEqual([]);
    expect(events).toEqual([]);
    const told = recorder.heard
      .slice(heardBefore)
      .filter(({ type }) => !/^(?:time|ping|pong|stored|head-witnessed)$/.test(type));
    expect(told).toEqual([]);
    const logged = monitor.log.slice(logBefore).join('');
    expect(logged).not.toMatch(/vòi vĩnh|Người dân|09120000|complaint|MB-/);

    // Ids that exist now answer like ids that never were.
    const never = '01a00000-0000-7000-8000-000000000000';
    for (const spy of Object.values(spies)) {
      for (const id of made) {
        for (const path of ['complaints', 'cases', 'holds', 'approvals']) {
          const [there, nowhere] = await Promise.all([
            spy.call('GET', `/${path}/${id}`),
            spy.call('GET', `/${path}/${never}`),
          ]);
          expect([path, there.status, there.body]).toEqual([path, nowhere.status, nowhere.body]);
        }
      }
    }
  }, 120_000);

  it('learns how many, when the week is over', async () => {
    const weekly = async () =>
      (await (await monitor.signIn('head-a')).call('GET', '/complaints/aggregate')).body.items;
    expect((await weekly()).every(({ complaints }: { complaints: number }) => complaints === 0)).toBe(true);
    monitor.clock.forwardMs += 7 * 86_400_000;
    const [last] = await weekly();
    expect(last).toMatchObject({ siteId: organisation.siteA, complaints: (seeded * 3) / 4 });
    expect(Object.keys(last).sort()).toEqual(['complaints', 'siteId', 'weekFrom', 'weekTo']);
  });

  it('finds nothing in files it could copy: words and names are sealed', () => {
    const data = join(monitor.directory, 'data');
    const words = ['vòi vĩnh', 'Người dân', '091200001'];
    const holding = readdirSync(data)
      .filter((file) => file.startsWith('monitor.db'))
      .filter((file) => words.some((word) => readFileSync(join(data, file)).includes(word)));
    expect(holding).toEqual([]);
  });
});
