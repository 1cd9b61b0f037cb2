import type { Clock } from '@minhbach/shared/clock';
import type { SourceStatus } from '@minhbach/shared/protocol';
import type { DeviceId, SourceId } from '@minhbach/shared/units-of-measure';
import type { DevicePlan, Recording, RecordingStatus } from '../capture/index.ts';
import type { AddressGuard } from './address-guard.ts';
import type { CameraDriver } from './camera-driver.ts';
import type { DeviceRegistry, NewDevice, RegisteredDevice, RegisteredSource } from './device-registry.ts';
import { StreamResolver } from './stream-resolver.ts';

export interface DeviceFleetParts {
  readonly registry: DeviceRegistry;
  readonly recording: Pick<Recording, 'addDevice' | 'removeDevice' | 'statuses' | 'on'>;
  readonly driver: CameraDriver;
  readonly guard: AddressGuard;
  readonly clock: Clock;
}

type Listener = (source: SourceStatus | undefined) => void;

/** The devices on the disk and their recording, kept in step, and told of as sources. */
export class DeviceFleet {
  readonly #parts: DeviceFleetParts;
  readonly #listeners = new Set<Listener>();
  #devices: readonly RegisteredDevice[];

  constructor(parts: DeviceFleetParts) {
    this.#parts = parts;
    this.#devices = parts.registry.list();
    parts.recording.on('stateChanged', (status) => {
      const source = this.list().find(({ sourceId }) => sourceId === status.sourceId);
      if (source !== undefined) for (const listener of this.#listeners) listener(source);
    });
  }

  /** Starts recording everything that is registered. */
  start(): void {
    for (const device of this.#devices) this.#record(device);
  }

  /** Durable and being recorded when it returns. Throws `CameraProblem` `already-registered`. */
  register(device: NewDevice): SourceStatus[] {
    const added = this.#parts.registry.add(device);
    this.#devices = this.#parts.registry.list();
    this.#record(added);
    this.#tellAll();
    return this.list().filter(({ deviceId }) => deviceId === added.deviceId);
  }

  /** Ends the recording of one source; what else its device records goes on after a short break. False: no such source. */
  async retire(sourceId: SourceId): Promise<boolean> {
    const device = this.#parts.registry.retire(sourceId);
    if (device === undefined) return false;
    this.#devices = this.#parts.registry.list();
    await this.#parts.recording.removeDevice(device.deviceId);
    this.#record(device);
    this.#tellAll();
    return true;
  }

  list(): SourceStatus[] {
    const statuses = new Map(this.#parts.recording.statuses().map((status) => [status.sourceId, status]));
    return this.#devices.flatMap((device) =>
      [device.picture, device.sound].flatMap((source) =>
        source === undefined ? [] : [sourceStatus(device, source, statuses.get(source.sourceId))],
      ),
    );
  }

  onChanged(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tellAll(): void {
    for (const listener of this.#listeners) listener(undefined);
  }

  #record(device: RegisteredDevice): void {
    const picture = active(device.picture);
    const sound = active(device.sound);
    if (picture === undefined && sound === undefined) return;
    this.#parts.recording.addDevice(this.#plan(device.deviceId, device, picture, sound));
  }

  #plan(
    deviceId: DeviceId,
    { hasSubStream }: RegisteredDevice,
    picture: SourceId | undefined,
    sound: SourceId | undefined,
  ): DevicePlan {
    const { registry, driver, guard, clock } = this.#parts;
    const resolver = new StreamResolver({
      ...{ driver, guard, clock },
      read: () => registry.connection(deviceId),
      write: (connection) => registry.updateConnection(deviceId, connection),
    });
    return {
      deviceId,
      picture,
      sound,
      hasSubStream: hasSubStream && picture !== undefined,
      resolveStream: async (...asked) => resolver.resolve(...asked),
    };
  }
}

function active(source: RegisteredSource | undefined): SourceId | undefined {
  return source?.retiredAt === undefined ? source?.sourceId : undefined;
}

function sourceStatus(
  { deviceId, counterId, name, registeredAt, hasSubStream }: RegisteredDevice,
  { sourceId, kind, retiredAt }: RegisteredSource,
  status: RecordingStatus | undefined,
): SourceStatus {
  const about = { sourceId, deviceId, counterId, kind, name, registeredAt };
  const small = hasSubStream && kind === 'camera';
  if (retiredAt !== undefined) {
    return { ...about, state: 'disabled', since: retiredAt, retiredAt, hasSubStream: false };
  }
  return {
    ...about,
    state: status?.state ?? 'starting',
    since: status?.since ?? registeredAt,
    hasSubStream: small,
    ...(status?.cause === undefined ? {} : { cause: status.cause }),
    ...(status?.codec === undefined ? {} : { codec: status.codec }),
  };
}
