import { pino } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import {
  counterIdSchema,
  newId,
  type DeviceId,
  type RecorderId,
  type SourceId,
} from '@minhbach/shared/units-of-measure';
import { AddressGuard, DeviceFleet, DeviceRegistry, OnvifDriver } from '@minhbach/recorder/cameras';
import { openIdentity, openSealingKey, takeDataDirectory } from '@minhbach/recorder/identity';
import { DeviceInquiry, JobRunner } from '@minhbach/recorder/jobs';
import { openSpoolIn, type RecorderPlace } from './recorder-place.ts';

/** A camera with a microphone, as a technician would type it in. */
export interface SoakCamera {
  readonly onvifAddress: string;
  readonly username: string;
  readonly password: string;
  /** When its frame 0 was due: losses are held against what it sent. */
  readonly epochUtcMs: number;
}

export interface RegisteredCamera {
  readonly deviceId: DeviceId;
  readonly picture: SourceId;
  readonly sound: SourceId;
}

/** Nothing is recorded yet. */
const idle = {
  addDevice: () => undefined,
  removeDevice: async () => undefined,
  statuses: () => [],
  on: () => () => undefined,
  snapshot: async () => Promise.reject(new TypeError('nothing is recorded')),
};

/**
 * Makes a recorder's data directory and has its own code do in it what a monitor's order to register would have it do:
 * each device is asked by ONVIF what it is, and is kept with its password sealed. In the order of `cameras`.
 */
export async function registerCameras(
  { dataDirectory }: RecorderPlace,
  cameras: readonly SoakCamera[],
): Promise<{
  readonly recorderId: RecorderId;
  readonly spoolId: string;
  readonly devices: readonly RegisteredCamera[];
}> {
  const directory = await takeDataDirectory(dataDirectory);
  const { recorderId } = await openIdentity(directory.path);
  const sealingKey = await openSealingKey(directory.path);
  const spool = await openSpoolIn(directory.path, recorderId);
  const networks = { allowLoopback: true, allowLinkLocal: false };
  const parts = { driver: new OnvifDriver(networks), guard: new AddressGuard(networks), recording: idle };
  const registry = new DeviceRegistry(spool, sealingKey);
  const jobs = new JobRunner({
    ...parts,
    fleet: new DeviceFleet({ ...parts, registry, clock: systemClock }),
    inquiry: new DeviceInquiry(parts.driver, parts.guard),
    logger: pino({ level: 'warn' }, pino.destination(2)),
  });
  try {
    const devices: RegisteredCamera[] = [];
    for (const camera of cameras) devices.push(await register(jobs, camera, devices.length + 1));
    return { recorderId, spoolId: spool.spoolId, devices };
  } finally {
    spool.close({ clean: true });
    directory.release();
  }
}

async function register(jobs: JobRunner, camera: SoakCamera, number: number): Promise<RegisteredCamera> {
  const { onvifAddress: address, username, password } = camera;
  const done = await jobs.run(
    {
      ...{
        kind: 'register',
        counterId: newId(counterIdSchema),
        name: `Quầy ${number}`,
        sourceKind: 'camera',
      },
      connection: { type: 'onvif', address, username, password },
    },
    new AbortController().signal,
  );
  if (!done.ok) throw new Error(`camera ${number} was not registered: ${done.problem.message}`);
  const sources = done.result.kind === 'register' ? done.result.sources : [];
  const picture = sources.find(({ kind }) => kind === 'camera');
  const sound = sources.find(({ kind }) => kind === 'microphone');
  if (picture === undefined || sound === undefined)
    throw new Error(`camera ${number} has no picture, or no sound`);
  return { deviceId: picture.deviceId, picture: picture.sourceId, sound: sound.sourceId };
}
