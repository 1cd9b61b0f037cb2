import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { roleSchema, type Role } from '@minhbach/shared/protocol';
import {
  addressTable,
  eventTable,
  pageEvents,
  tellTable,
  upgradeTable,
} from '../../monitor-ui/server/access/address-table.ts';
import { roleMay } from '../../monitor-ui/server/access/role-table.ts';
import { knock } from '../support/knock.ts';
import { mountedAddresses } from '../support/mounted-addresses.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';
import { until } from '../support/until.ts';

/** Handlers that look at every request below a path; each was looked at: none answers for anything but what is named. */
const looksAtAll = {
  // Security headers, who must sign in first, the built pages, "not found", errors.
  'use /': 5,
  // "Not found" for what is not of this version.
  'use /api': 1,
  // Origin, session, "not found".
  'use /api/v1': 3,
};
const token = 'a-long-enough-token';

describe('what can be reached besides the routes', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'monitor-reach-'));
    const bearerTokenFile = join(directory, 'token');
    await writeFile(bearerTokenFile, token);
    const metrics = { bearerTokenFile, listen: { port: 0 } };
    monitor = await RunningMonitor.start({ directory, settings: { metrics } });
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await monitor.stop();
  });

  const cookieOf = (role: Role | 'stranger') => (role === 'stranger' ? '' : organisation.people[role].cookie);
  const everyone = ['stranger', ...roleSchema.options] as const;
  const headersOf = (role: Role | 'stranger') => ({ Origin: monitor.origin, Cookie: cookieOf(role) });

  async function connect(role: Role): Promise<Socket> {
    const options = { transports: ['websocket'], extraHeaders: headersOf(role), reconnection: false };
    const socket = io(monitor.origin, { ...options, forceNew: true });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', reject);
    });
    return socket;
  }

  it('every mounted address is a route of the API or a row of the table, and every row is mounted', () => {
    const mounted = monitor.monitor.reach.apps.flatMap((app) => mountedAddresses(app));
    const ofRoutes = monitor.monitor.routes.map(
      ({ method, path }) => `${method} /api/v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    const others = mounted.filter((address) => !ofRoutes.includes(address));
    expect(ofRoutes.filter((address) => !mounted.includes(address))).toEqual([]);
    for (const [address, times] of Object.entries(looksAtAll)) {
      expect([address, others.filter((other) => other === address).length]).toEqual([address, times]);
    }
    const rest = new Set(others.filter((address) => !Object.hasOwn(looksAtAll, address)));
    expect([...rest].sort()).toEqual(Object.keys(addressTable).sort());
  });

  it('no session opens or closes an address of the table, and none without its secret', async () => {
    const absent = (await fetch(`${monitor.origin}/nothing`)).status;
    const wrong: string[] = [];
    for (const [address, admits] of Object.entries(addressTable)) {
      const [method = '', path = ''] = address.split(' ');
      const at = monitor.origin + path.replaceAll(/:\w+/g, () => randomUUID());
      const ask = { method: method === 'post' ? 'POST' : 'GET' };
      const statuses = new Set<number>();
      for (const role of everyone) {
        const answer = await fetch(at, { ...ask, headers: headersOf(role) });
        await answer.arrayBuffer();
        statuses.add(answer.status);
        if (answer.headers.getSetCookie().length > 0) wrong.push(`${address} gives a ${role} a cookie`);
      }
      const [status = 0] = statuses;
      // Nothing tells it from an address that is not there.
      const hidden = status === 404 || status === absent;
      const fits = admits === 'token' ? hidden : status !== 401 && status !== 403 && status < 500;
      if (statuses.size !== 1 || !fits) wrong.push(`${address}: ${[...statuses].join()}`);
    }
    expect(wrong).toEqual([]);
    const Authorization = `Bearer ${token}`;
    expect((await fetch(`${monitor.origin}/metrics`, { headers: { Authorization } })).status).toBe(200);
  }, 60_000);

  it('every upgrade is a row of the table, from where and to whom that says, and there is no other', async () => {
    const { upgrades } = monitor.monitor.reach;
    expect(upgrades.map(({ path }) => path).sort()).toEqual(Object.keys(upgradeTable).sort());
    const wrong: string[] = [];
    for (const [path, { from, to }] of Object.entries(upgradeTable)) {
      const query = path === '/live' ? `?source=${randomUUID()}` : '?EIO=4&transport=websocket';
      const at = `${monitor.origin}${path}${query}`;
      for (const role of everyone) {
        const expected = (): string => {
          // What it is told is that it is no recorder: the session makes no difference.
          if (to === 'recorder-key') return 'closed 1008';
          // 400 is how Engine.IO refuses.
          if (to === 'signed-in') return role === 'stranger' ? 'refused 400' : 'answered';
          if (role === 'stranger') return 'closed 4401';
          // An aim opens it for the camera aimed through only: `monitor-media-live`.
          return to.some((action) => action !== 'sources.aim' && roleMay(role, action))
            ? 'closed 4404'
            : 'closed 4403';
        };
        const word = from === 'machine' ? '{}' : undefined;
        const got = await knock(at, headersOf(role), word);
        if (got !== expected()) wrong.push(`${path} to a ${role}: ${got}, not ${expected()}`);
      }
      if (from === 'browser') {
        const elsewhere = { ...headersOf('monitor'), Origin: 'https://evil.example' };
        expect(await knock(at, elsewhere)).toBe('refused 403');
      }
    }
    expect(wrong).toEqual([]);
    for (const path of ['/', '/live/', '/uplink/other', '/api/v1/live']) {
      expect(await knock(monitor.origin + path, headersOf('monitor'))).toBe('refused 404');
    }
  }, 60_000);

  it.each(roleSchema.options)(
    'every event of a page asks whether a %s may, and no other event is heard',
    async (role) => {
      const socket = await connect(role);
      let heard = false;
      for (const event of ['deleteFootage', 'message', '__proto__', 'sessionChanged', 'incident']) {
        socket.emit(event, {}, () => (heard = true));
      }
      for (const event of pageEvents) {
        const answer = (await socket.emitWithAck(event, {})) as { problem?: { code: string } };
        // What a person may do is then refused for what it lacks.
        const code = roleMay(role, eventTable[event]) ? 'bad-input' : 'forbidden';
        expect([event, answer.problem?.code]).toEqual([event, code]);
      }
      expect(heard).toBe(false);
    },
  );

  it('an event to pages reaches those only who may have it', async () => {
    const told = new Map<Role, string[]>();
    const open = new Map<Role, Socket>();
    for (const role of roleSchema.options) {
      const socket = await connect(role);
      const names: string[] = [];
      socket.onAny((name: string) => names.push(name));
      told.set(role, names);
      open.set(role, socket);
    }
    const now = Date.now();
    const incident = { counterId: organisation.counterA, category: 'rude', from: now - 2_000, to: now };
    expect((await organisation.people.monitor.call('POST', '/incidents', incident)).status).toBe(201);
    const may = roleSchema.options.filter((role) => roleMay(role, tellTable.incident));
    await until(() => may.every((role) => told.get(role)?.includes('incident')), 10_000);
    // Events of a socket come in order: what was sent before this answer has arrived.
    for (const socket of open.values()) await socket.emitWithAck('catchUp', {});
    const reached = roleSchema.options.filter((role) => told.get(role)?.includes('incident'));
    expect(reached).toEqual(may);
  });
});
