import { createHash } from 'node:crypto';
import type { DeviceStanding, SourceKind } from '@minhbach/shared/protocol';
import {
  deviceIdSchema,
  newId,
  sourceIdSchema,
  type CounterId,
  type DeviceId,
  type SourceId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { SealingKey } from '../identity/index.ts';
import type { Spool } from '../spool/index.ts';
import { CameraProblem } from './camera-problem.ts';
import type { StreamAddress } from './device-address.ts';
import {
  deviceConnectionRowSchema,
  deviceRowSchema,
  keptDevice,
  keptStandingSchema,
  type DeviceConnectionRow,
  type DeviceRow,
} from './device-row.ts';

export interface RegisteredSource {
  readonly sourceId: SourceId;
  readonly kind: SourceKind;
  readonly retiredAt?: UtcMs | undefined;
}

export interface RegisteredDevice {
  readonly deviceId: DeviceId;
  readonly counterId: CounterId;
  readonly name: string;
  readonly registeredAt: UtcMs;
  readonly picture?: RegisteredSource | undefined;
  readonly sound?: RegisteredSource | undefined;
  readonly hasSubStream: boolean;
}

export interface NewDevice {
  readonly counterId: CounterId;
  readonly name: string;
  readonly kind: SourceKind;
  readonly place: string;
  readonly connection: DeviceConnectionRow;
  readonly picture: boolean;
  readonly sound: boolean;
  readonly standing: Extract<DeviceStanding, { is: 'known' | 'not-known' }>;
}

/** The devices of this recorder, on the disk, with the facts stated about them in the same transaction. */
export class DeviceRegistry {
  readonly #spool: Spool;
  readonly #key: SealingKey;

  constructor(spool: Spool, key: SealingKey) {
    this.#spool = spool;
    this.#key = key;
  }

  list(): RegisteredDevice[] {
    const rows = this.#spool.database.prepare('SELECT * FROM device ORDER BY registered_at, device_id').all();
    return rows.map((row) => this.#device(deviceRowSchema.parse(row)));
  }

  /** Of a source, retired ones included. */
  counterOf(sourceId: SourceId): CounterId | undefined {
    const row = this.#spool.database
      .prepare('SELECT counter_id FROM device WHERE picture_source_id = ? OR sound_source_id = ?')
      .get(sourceId, sourceId);
    return row === undefined ? undefined : deviceRowSchema.pick({ counter_id: true }).parse(row).counter_id;
  }

  isTaken(place: string): boolean {
    return this.#spool.database.prepare('SELECT 1 FROM device WHERE place = ?').get(place) !== undefined;
  }

  /** Row, `source-registered` and `device-identity` entries, or nothing. Throws `CameraProblem` `already-registered`. */
  add(device: NewDevice): RegisteredDevice {
    const deviceId = newId(deviceIdSchema);
    const pictureId = device.picture ? newId(sourceIdSchema) : undefined;
    const soundId = device.sound ? newId(sourceIdSchema) : undefined;
    return this.#spool.transaction(() => {
      if (this.isTaken(device.place)) {
        throw new CameraProblem('already-registered', 'this stream is registered at this recorder already');
      }
      const { counterId, name } = device;
      let registeredAt: UtcMs | undefined;
      for (const [sourceId, sourceKind] of [
        [pictureId, 'camera'],
        [soundId, 'microphone'],
      ] as const) {
        if (sourceId === undefined) continue;
        const fact = { kind: 'source-registered', sourceId, deviceId, counterId, sourceKind, name } as const;
        registeredAt = this.#spool.appendEntry(fact).at;
      }
      this.#spool.database
        .prepare(
          `INSERT INTO device (device_id, counter_id, name, kind, place, connection, picture_source_id,
             sound_source_id, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[deviceId, counterId, name, device.kind, device.place, this.#seal(deviceId, device.connection)],
          ...[pictureId ?? null, soundId ?? null, registeredAt],
        );
      this.#stand(deviceId, device.standing);
      return this.#device(this.#keep(deviceId));
    });
  }

  /** How the device stood to its identity when that was stated last; `undefined`: never. */
  standing(deviceId: DeviceId): DeviceStanding | undefined {
    const { identity } = this.#row(deviceId);
    return identity === null ? undefined : keptStandingSchema.parse(identity);
  }

  /** Row and `device-identity` entry, or nothing. */
  stand(deviceId: DeviceId, standing: DeviceStanding): void {
    this.#spool.transaction(() => {
      this.#stand(deviceId, standing);
      this.#keep(deviceId);
    });
  }

  #stand(deviceId: DeviceId, standing: DeviceStanding): void {
    const { picture, sound } = this.#device(this.#row(deviceId));
    const stands = picture?.retiredAt === undefined ? (picture ?? sound) : (sound ?? picture);
    if (stands === undefined) return;
    const { sourceId } = stands;
    this.#spool.appendEntry({ kind: 'device-identity', deviceId, sourceId, ...standing });
    this.#spool.database
      .prepare('UPDATE device SET identity = ? WHERE device_id = ?')
      .run(JSON.stringify(standing), deviceId);
  }

  connection(deviceId: DeviceId): DeviceConnectionRow {
    const { connection } = this.#row(deviceId);
    return deviceConnectionRowSchema.parse(JSON.parse(this.#key.open(connection, deviceId)));
  }

  updateConnection(deviceId: DeviceId, connection: DeviceConnectionRow): void {
    this.#spool.transaction(() => {
      this.#spool.database
        .prepare('UPDATE device SET connection = ? WHERE device_id = ?')
        .run(this.#seal(deviceId, connection), deviceId);
      this.#keep(deviceId);
    });
  }

  /** Retires one source of a device, with its entry. Answers the device as it is now, or `undefined` for no such source. */
  retire(sourceId: SourceId): RegisteredDevice | undefined {
    const device = this.list().find(({ picture, sound }) =>
      [picture, sound].some((source) => source?.sourceId === sourceId && source.retiredAt === undefined),
    );
    if (device === undefined) return undefined;
    const column = device.picture?.sourceId === sourceId ? 'picture_retired_at' : 'sound_retired_at';
    return this.#spool.transaction(() => {
      const { at } = this.#spool.appendEntry({ kind: 'source-retired', sourceId });
      this.#spool.database
        .prepare(`UPDATE device SET ${column} = ? WHERE device_id = ?`)
        .run(at, device.deviceId);
      this.#spool.database
        .prepare(
          `UPDATE device SET place = '' WHERE device_id = ?
             AND (picture_source_id IS NULL OR picture_retired_at IS NOT NULL)
             AND (sound_source_id IS NULL OR sound_retired_at IS NOT NULL)`,
        )
        .run(device.deviceId);
      return this.#device(this.#keep(device.deviceId));
    });
  }

  /** The row as it is now, which outlives the index. */
  #keep(deviceId: DeviceId): DeviceRow {
    const row = this.#row(deviceId);
    this.#spool.keep('device', keptDevice(row));
    return row;
  }

  #row(deviceId: DeviceId): DeviceRow {
    return deviceRowSchema.parse(
      this.#spool.database.prepare('SELECT * FROM device WHERE device_id = ?').get(deviceId),
    );
  }

  #device(row: DeviceRow): RegisteredDevice {
    const { sub } = deviceConnectionRowSchema.parse(
      JSON.parse(this.#key.open(row.connection, row.device_id)),
    );
    return {
      deviceId: row.device_id,
      counterId: row.counter_id,
      name: row.name,
      registeredAt: row.registered_at,
      picture: source(row.picture_source_id, 'camera', row.picture_retired_at),
      sound: source(row.sound_source_id, 'microphone', row.sound_retired_at),
      hasSubStream: sub !== undefined && row.picture_source_id !== null,
    };
  }

  #seal(deviceId: DeviceId, connection: DeviceConnectionRow): Buffer {
    return this.#key.seal(JSON.stringify(connection), deviceId);
  }
}

/** Where a stream is pulled from, as one value to compare: addresses may hold secrets. */
export function placeOf(address: StreamAddress, ip: string): string {
  return createHash('sha256').update(`${ip} ${address.port} ${address.path}`).digest('hex');
}

function source(
  id: SourceId | null,
  kind: SourceKind,
  retiredAt: UtcMs | null,
): RegisteredSource | undefined {
  if (id === null) return undefined;
  return { sourceId: id, kind, ...(retiredAt === null ? {} : { retiredAt }) };
}
