import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { roleSchema, type Role } from '@minhbach/shared/protocol';
import { eventTable, tellTable, upgradeTable } from '../../monitor-ui/server/access/address-table.ts';
import { reservedActions, roleTable } from '../../monitor-ui/server/access/role-table.ts';
import { pages } from '../../monitor-ui/web/app/pages.ts';
import { makeOrganisation, RunningMonitor, type Organisation } from '../support/running-monitor.ts';

/** DESIGN §1 once more, written down apart from the table that the server uses: who may never do what. */
const never: Readonly<Record<Role, readonly RegExp[]>> = {
  technician: [
    /^alarms\.(acknowledge|own|close)/,
    /^holds\./,
    /^live\./,
    /^playback\./,
    /^timeline\./,
    /^incidents\./,
    /^audit\./,
    /^people\./,
  ],
  monitor: [
    /^holds\./,
    /\.manage$/,
    /\.create$(?<!incidents\.create)/,
    /^audit\./,
    /^people\./,
    /^sources\.(register|retire|aim)/,
  ],
  investigator: [
    /^alarms\./,
    /^live\./,
    /\.manage$/,
    /^sources\.(register|retire|aim)/,
    /^audit\./,
    /^incidents\.(create|change)/,
  ],
  supervisor: [/\.manage$/, /^audit\./, /^people\./, /^sources\.(register|retire|aim)/],
  auditor: [
    /^alarms\.(?!read$)/,
    /^holds\.(place|release)/,
    /^live\./,
    /^playback\./,
    /\.(manage|create|change|register|retire|aim|enrol|probe|discover)$/,
  ],
  administrator: [
    /^alarms\./,
    /^holds\./,
    /^live\./,
    /^playback\./,
    /^timeline\./,
    /^incidents\./,
    /^sources\.(register|retire|aim)/,
    /^audit\./,
  ],
  head: [
    /^alarms\.(?!read$)/,
    /^holds\./,
    /^live\./,
    /^playback\./,
    /^timeline\./,
    /^incidents\./,
    /\.(manage|create|change|register|retire|aim|enrol|probe|discover)$/,
    /^audit\./,
    /^people\./,
  ],
};

describe('who may do what', () => {
  let monitor: RunningMonitor;
  let organisation: Organisation;

  beforeAll(async () => {
    monitor = await RunningMonitor.start();
    organisation = await makeOrganisation(monitor);
  }, 60_000);
  afterAll(async () => monitor.stop());

  it.each(roleSchema.options)('the table gives a %s nothing that is denied for good', (role) => {
    const given = Object.entries(roleTable).filter(([, row]) =>
      (row.roles as readonly Role[]).includes(role),
    );
    for (const [action] of given) for (const denied of never[role]) expect(action).not.toMatch(denied);
  });

  it('every route names a row of the table, and every row but the reserved is used', () => {
    const { routes, reach } = monitor.monitor;
    const ofRoutes = routes.map(({ action }) => action);
    const known = new Set<string>([...Object.keys(roleTable), 'public', 'signed-in']);
    expect(ofRoutes.filter((action) => !known.has(action))).toEqual([]);
    const used = new Set<string>([
      ...ofRoutes,
      ...Object.values(eventTable),
      ...Object.values(tellTable),
      ...Object.values(upgradeTable).flatMap(({ to }) => (typeof to === 'string' ? [] : to)),
      ...reach.approvalActions,
      ...pages.flatMap(({ actions }) => actions),
    ]);
    expect(Object.keys(roleTable).filter((action) => !used.has(action))).toEqual(reservedActions);
    expect(roleTable[reservedActions[0]].roles).toEqual([]);
    const open = monitor.monitor.routes.filter((route) => route.action === 'public');
    expect(open.map((route) => `${route.method} ${route.path}`).sort()).toEqual([
      'get /first-start',
      'get /public/counters/{id}',
      'post /first-start',
      'post /public/attachments',
      'post /public/complaints',
      'post /public/complaints/follow',
      'post /session',
    ]);
  });

  it('every route answers 401 to a stranger, 403 to a role without its action, never 403 to one with it', async () => {
    const wrong: string[] = [];
    for (const route of monitor.monitor.routes) {
      if (route.action === 'public' || route.path === '/session') continue;
      const path = route.path.replaceAll(/\{\w+\}/g, () => randomUUID());
      const body = route.body === undefined ? undefined : {};
      const method = route.method.toUpperCase();
      const stranger = await monitor.anonymous.call(method, path, body);
      if (stranger.status !== 401) wrong.push(`${method} ${route.path} to a stranger: ${stranger.status}`);
      for (const role of roleSchema.options) {
        const { status } = await organisation.people[role].call(method, path, body);
        const allowed =
          route.action === 'signed-in' || (roleTable[route.action].roles as readonly Role[]).includes(role);
        if (allowed === (status === 403) || status >= 500) {
          wrong.push(`${method} ${route.path} to a ${role}: ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('what lies outside the own unit is not there, whoever asks', async () => {
    const { admin, unitAId, siteA, siteB, counterA, counterB } = organisation;
    for (const role of ['head', 'monitor', 'supervisor', 'administrator'] as const) {
      const username = `${role}-a`;
      const created = await admin.call('POST', '/people', {
        username,
        displayName: username,
        role,
        unitId: unitAId,
        password: 'mật khẩu thử nghiệm',
      });
      expect(created.status).toBe(201);
      const person = await monitor.signIn(username);
      const read = async (path: string) => (await person.call('GET', path)).status;
      expect(await read(`/sites/${siteA}`)).toBe(200);
      expect(await read(`/sites/${siteB}`)).toBe(404);
      expect(await read(`/counters/${counterA}`)).toBe(200);
      expect(await read(`/counters/${counterB}`)).toBe(404);
      expect(await read(`/units/${organisation.unitBId}`)).toBe(404);
      const counters = (await person.call('GET', '/counters')).body.items;
      expect(counters.map((counter: { id: string }) => counter.id)).toEqual([counterA]);
      const foreign = await person.call('GET', `/counters/${counterB}/completeness?from=1&to=2`);
      expect(foreign.status).toBe(role === 'monitor' ? 403 : 404);
    }
  });

  it('an administrator of one unit can neither see nor make what would widen his sight', async () => {
    const local = await monitor.signIn('administrator-a');
    const { unitAId, unitBId, oversightUnitId, siteA } = organisation;
    expect((await local.call('POST', '/units', { name: 'mới', oversight: true })).status).toBe(403);
    expect((await local.call('PATCH', `/units/${unitAId}`, { oversight: true })).status).toBe(403);
    expect((await local.call('PATCH', `/units/${unitBId}`, { name: 'x' })).status).toBe(404);
    const person = { username: 'spy', displayName: 'x', role: 'monitor', password: 'mật khẩu thử nghiệm' };
    expect((await local.call('POST', '/people', { ...person, unitId: oversightUnitId })).status).toBe(400);
    expect((await local.call('PATCH', `/sites/${siteA}`, { unitId: unitBId })).status).toBe(400);
    const people = (await local.call('GET', '/people')).body.items;
    expect(new Set(people.map((found: { unitId: string }) => found.unitId))).toEqual(new Set([unitAId]));
  });

  it('an investigator does not see the unit he belongs to, not even in lists', async () => {
    const { admin, oversightUnitId, people } = organisation;
    const site = (await admin.call('POST', '/sites', { name: 'Nhà mình', unitId: oversightUnitId })).body.id;
    const counter = (await admin.call('POST', '/counters', { name: 'Quầy nhà', siteId: site })).body.id;
    const { investigator, supervisor } = people;
    expect((await supervisor.call('GET', `/counters/${counter}`)).status).toBe(200);
    expect((await investigator.call('GET', `/counters/${counter}`)).status).toBe(404);
    const listed = (await investigator.call('GET', '/counters')).body.items;
    expect(listed.map((found: { id: string }) => found.id)).not.toContain(counter);
    const asked = await investigator.call('POST', '/playbacks', {
      counterId: counter,
      from: Date.now() - 60_000,
      to: Date.now() - 30_000,
      reason: 'x',
    });
    expect(asked.status).toBe(404);
  });

  it('a changed role holds at once and ends the sessions of that account', async () => {
    const { admin, oversightUnitId } = organisation;
    const password = 'mật khẩu thử nghiệm';
    const account = {
      username: 'changing',
      displayName: 'x',
      role: 'monitor',
      unitId: oversightUnitId,
      password,
    };
    const id = (await admin.call('POST', '/people', account)).body.id;
    const before = await monitor.signIn('changing');
    expect((await before.call('GET', '/incidents')).status).toBe(200);
    expect((await admin.call('PATCH', `/people/${id}`, { role: 'technician' })).status).toBe(200);
    expect((await before.call('GET', '/incidents')).status).toBe(401);
    const after = await monitor.signIn('changing');
    expect((await after.call('GET', '/incidents')).status).toBe(403);
  });

  it('nobody changes his own rights, and an administrator remains', async () => {
    const { admin } = organisation;
    const own = (await admin.call('GET', '/me')).body.person.id;
    for (const change of [{ role: 'monitor' }, { active: false }, { unitId: organisation.unitAId }]) {
      const refused = await admin.call('PATCH', `/people/${own}`, change);
      expect(refused.body).toMatchObject({ status: 409, code: 'own-account' });
    }
  });
});
