import {
  counterSchema,
  createdSchema,
  enrolmentSchema,
  listOf,
  meSchema,
  recorderSchema,
  sourceCreatedSchema,
  unitSchema,
  type Counter,
  type DeviceConnection,
} from '@minhbach/shared/protocol';
import {
  demoAccounts,
  demoAdministrator,
  demoSiteName,
  demoUnits,
  type DemoCounter,
} from './demo-organisation.ts';
import type { MonitorClient } from './monitor-client.ts';

const idOnly = createdSchema.loose();

/** The first person of an empty monitor; afterwards `client` is that administrator's. */
export async function makeAdministrator(
  client: MonitorClient,
  code: string,
  password: string,
): Promise<void> {
  const { username, displayName, unit } = demoAdministrator;
  const unitName = demoUnits[unit].name;
  await client.send('POST', '/first-start', { code, unitName, username, displayName, password });
  await client.signIn(username, password);
  const { person } = await client.get('/me', meSchema);
  await client.send('PATCH', `/people/${person.id}`, { staffNumber: demoAdministrator.staffNumber });
}

/** Units, people, the site and its counters, on duty round the clock. Answers the site's id. */
export async function makeOrganisation(
  client: MonitorClient,
  counters: readonly DemoCounter[],
  password: string,
): Promise<{ readonly siteId: string }> {
  const known = (await client.get('/units', listOf(unitSchema))).items;
  const unitIds = new Map<string, string>();
  for (const [key, unit] of Object.entries(demoUnits)) {
    const id = known.find((candidate) => candidate.name === unit.name)?.id;
    unitIds.set(key, id ?? (await client.post('/units', unit, idOnly)).id);
  }
  for (const { unit, ...account } of demoAccounts) {
    await client.post('/people', { ...account, unitId: unitIds.get(unit), password }, idOnly);
  }
  const site = await client.post('/sites', { name: demoSiteName, unitId: unitIds.get('unitA') }, idOnly);
  for (const { name } of counters) {
    const counter = await client.post('/counters', { name, siteId: site.id }, idOnly);
    await client.put(`/counters/${counter.id}/duty`, roundTheClock);
  }
  return { siteId: site.id };
}

const roundTheClock = {
  weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' })),
  holidays: [],
};

export async function enrolRecorder(client: MonitorClient, siteId: string): Promise<string> {
  return (await client.post('/recorders/enrolments', { siteId }, enrolmentSchema)).code;
}

export async function onlineRecorder(client: MonitorClient): Promise<string | undefined> {
  const { items } = await client.get('/recorders', listOf(recorderSchema));
  return items.find((recorder) => recorder.online)?.id;
}

export async function readCounters(client: MonitorClient): Promise<readonly Counter[]> {
  return (await client.get('/counters?limit=500', listOf(counterSchema))).items;
}

/** Binds one device to its counter, as a technician does on the Cameras page. */
export async function registerDevice(
  client: MonitorClient,
  device: {
    readonly counterId: string;
    readonly recorderId: string;
    readonly name: string;
    readonly kind: 'camera' | 'microphone';
    readonly connection: DeviceConnection;
  },
): Promise<readonly string[]> {
  return (await client.post('/sources', device, sourceCreatedSchema)).ids;
}
