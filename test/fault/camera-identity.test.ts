import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecorderEntry } from '@minhbach/shared/protocol';
import { counterIdSchema, newId, type RecorderId, type SourceId } from '@minhbach/shared/units-of-measure';
import { disagreementsOf } from '../../scripts/soak/spool-facts.ts';
import { startVirtualCamera, type VirtualCamera } from '../../scripts/virtual-camera/index.ts';
import { MonitorHalf } from '../support/monitor-half.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { publicKeySha256, selfSignedPem } from '../support/self-signed-pem.ts';
import { until } from '../support/until.ts';
import { join } from 'node:path';

/* A camera that was swapped for another under the same address, beside the built recorder. */
const password = randomUUID();
const cameras = new AbortController();
let monitor: MonitorHalf;
let recorder: RecorderProcess;
let recorderId: RecorderId;
let camera: VirtualCamera;
let picture: SourceId;
/** One that speaks ONVIF over TLS, swapped and put back together with the other. */
const tls = selfSignedPem();
const otherTls = selfSignedPem();
let secureCamera: VirtualCamera;
let securePicture: SourceId;

type Standing = Extract<RecorderEntry, { kind: 'device-identity' }>;
const standings = (sourceId?: SourceId): Standing[] =>
  monitor.entries.flatMap((entry) =>
    entry.kind === 'device-identity' && (sourceId ?? entry.sourceId) === entry.sourceId ? [entry] : [],
  );
const last = (sourceId?: SourceId) => standings(sourceId).at(-1);
const faultOf = (sourceId: SourceId) =>
  monitor.faults.find((fault) => fault.kind === 'identity' && fault.sourceId === sourceId);
const sealedOf = (sourceId: SourceId) =>
  monitor.entries.filter((entry) => entry.kind === 'segment-sealed' && entry.sourceId === sourceId);

async function register(connection: object, name = 'Quầy 1'): Promise<SourceId> {
  const result = await monitor.links.runJob(
    recorderId,
    {
      ...{ kind: 'register', counterId: newId(counterIdSchema), name, sourceKind: 'camera' },
      connection: connection as never,
    },
    { timeoutMs: 20_000 },
  );
  if (result.kind !== 'register' || result.sources[0] === undefined)
    throw new Error('nothing was registered');
  return result.sources[0].sourceId;
}
const onvif = (of = camera) => ({ type: 'onvif', address: of.onvifAddress, username: 'admin', password });

beforeAll(async () => {
  monitor = new MonitorHalf();
  await monitor.listen();
  recorder = await RecorderProcess.prepare({
    monitors: [{ url: monitor.url, enrolmentCode: monitor.enrolmentCode }],
    segment: { maxDurationMs: 4_000 },
  });
  camera = await startVirtualCamera({ password, serialNumber: 'CAM-0001' }, cameras.signal);
  const alone = { sound: 'none', hasSubStream: false, tls } as const;
  secureCamera = await startVirtualCamera({ password, serialNumber: 'CAM-0002', ...alone }, cameras.signal);
  recorder.start();
  ({ recorderId } = await recorder.untilStarted());
  await monitor.untilConnected(recorderId);
  picture = await register(onvif());
  securePicture = await register(onvif(secureCamera), 'Quầy 2');
  await until(() => sealedOf(picture).length >= 1, 60_000);
}, 120_000);
afterAll(async () => {
  cameras.abort();
  await recorder[Symbol.asyncDispose]();
  await monitor.close();
});

test('who a camera is, is a fact of its registration', () => {
  expect(standings(picture)).toEqual([
    expect.objectContaining({
      is: 'known',
      sourceId: picture,
      identity: {
        manufacturer: 'Minh Bach',
        model: 'Virtual camera',
        serialNumber: 'CAM-0001',
        hardwareId: 'virtual-camera',
        macAddresses: [expect.stringMatching(/^02(:[\da-f]{2}){5}$/)],
      },
    }),
  ]);
  expect(faultOf(picture)).toBeUndefined();
  expect(standings(securePicture)).toMatchObject([
    { is: 'known', identity: { tlsKey: publicKeySha256(tls) } },
  ]);
});

test('another device under its address: told within half a minute of its coming back, stated, and recorded all the same', async () => {
  const before = sealedOf(picture).length;
  await secureCamera.inject({ kind: 'certificate', pem: otherTls });
  await secureCamera.inject({ kind: 'close-sessions' });
  await camera.inject({
    kind: 'identity',
    serialNumber: 'CAM-9999',
    hardwareId: 'other-board',
    macAddress: '02:99:99:99:99:99',
  });
  await camera.inject({ kind: 'close-sessions' });
  await until(() => faultOf(picture) !== undefined, 40_000);
  const { evidence } = faultOf(picture) ?? { evidence: '' };
  expect(evidence).toMatch(/serial number: expected CAM-0001, found CAM-9999/);
  expect(evidence).toMatch(/hardware id: expected virtual-camera, found other-board/);
  expect(evidence).toMatch(/network address: expected 02:[\da-f:]+, found 02:99:99:99:99:99/);
  await until(() => last(picture)?.is === 'other', 10_000);
  expect(last(picture)).toMatchObject({
    sourceId: picture,
    expected: { serialNumber: 'CAM-0001' },
    identity: { serialNumber: 'CAM-9999', hardwareId: 'other-board', macAddresses: ['02:99:99:99:99:99'] },
  });
  await until(() => sealedOf(picture).length >= before + 2, 60_000);
  expect(JSON.stringify([monitor.faults, standings()])).not.toContain(password);
}, 120_000);

test('another key behind an https: address, all else the same: told and stated likewise, and recorded', async () => {
  await until(() => last(securePicture)?.is === 'other', 40_000);
  const [expected, found] = [publicKeySha256(tls), publicKeySha256(otherTls)];
  expect(last(securePicture)).toMatchObject({ expected: { tlsKey: expected }, identity: { tlsKey: found } });
  expect(faultOf(securePicture)?.evidence).toBe(
    `TLS key: expected ${expected.slice(0, 40)}, found ${found.slice(0, 40)}`,
  );
  const before = sealedOf(securePicture).length;
  await until(() => sealedOf(securePicture).length >= before + 2, 60_000);
}, 120_000);

test('a restart of the recorder does not accept it, nor does the other device coming back', async () => {
  expect((await recorder.stop()).code).toBe(0);
  monitor.faults = [];
  recorder.start();
  await recorder.untilStarted();
  await until(() => [picture, securePicture].every((sourceId) => faultOf(sourceId) !== undefined), 30_000);
  const stated = standings().length;
  const sealed = sealedOf(picture).length;
  await camera.inject({ kind: 'close-sessions' });
  await until(() => sealedOf(picture).length >= sealed + 3, 60_000);
  expect(faultOf(picture)).toBeDefined();
  expect(standings()).toHaveLength(stated);
}, 120_000);

test('it ends when the registered camera is back', async () => {
  for (const device of [camera, secureCamera]) {
    await device.inject({ kind: 'reset' });
    await device.inject({ kind: 'close-sessions' });
  }
  for (const sourceId of [picture, securePicture]) {
    await until(() => faultOf(sourceId) === undefined, 60_000);
    await until(() => last(sourceId)?.is === 'known', 10_000);
  }
}, 120_000);

test('or when the other one is registered in its place', async () => {
  await camera.inject({ kind: 'identity', serialNumber: 'CAM-7777' });
  await camera.inject({ kind: 'close-sessions' });
  await until(() => faultOf(picture) !== undefined, 60_000);
  for (const { sourceId, state } of monitor.sources) {
    if (state === 'disabled') continue;
    await monitor.links.runJob(recorderId, { kind: 'retire', sourceId }, { timeoutMs: 20_000 });
  }
  await until(() => faultOf(picture) === undefined, 20_000);
  const again = await register(onvif());
  await until(() => sealedOf(again).length >= 1, 60_000);
  expect(last()).toMatchObject({ is: 'known', sourceId: again, identity: { serialNumber: 'CAM-7777' } });
  expect(faultOf(again)).toBeUndefined();
}, 180_000);

test('of a plain stream it is said that nobody can tell', async () => {
  const plain = await startVirtualCamera({ password, sound: 'none', hasSubStream: false }, cameras.signal);
  const sourceId = await register({
    ...{ type: 'rtsp', url: plain.rtspUrls.main, username: 'admin', password },
  });
  await until(() => last()?.sourceId === sourceId, 20_000);
  expect(last()).toMatchObject({ is: 'not-known', why: expect.stringContaining('without ONVIF') });
  expect((await recorder.stop()).code).toBe(0);
  expect(await disagreementsOf(join(recorder.directory, 'data/spool'))).toEqual([]);
}, 60_000);
