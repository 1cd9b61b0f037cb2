import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import type { DeviceId } from '@minhbach/shared/units-of-measure';
import { keepDoing } from '../spool/index.ts';
import type { CameraDriver, DeviceClockReading } from './camera-driver.ts';
import { CameraProblem } from './camera-problem.ts';
import type { ServiceAddress } from './device-address.ts';
import type { DeviceConnectionRow } from './device-row.ts';

const lookEveryMs = 30_000;
const askEveryMs = 15 * 60_000;
/** A clock that has not moved is stated anew this often. */
const restateMs = 24 * 3_600_000;
/** ONVIF tells whole seconds: less than this is no change of the clock. */
const changeMs = 2_000;

export interface DeviceClocksParts {
  readonly devices: () => readonly DeviceId[];
  readonly connection: (deviceId: DeviceId) => DeviceConnectionRow;
  readonly driver: Pick<CameraDriver, 'clockReading'>;
  /** A clock that is new, moved, or was not stated for a day. What it throws, `lookOnce` rejects with. */
  readonly state: (deviceId: DeviceId, reading: DeviceClockReading) => void;
  readonly onDiskFault: (message: string | undefined) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Known {
  readonly askedAtMs: number;
  readonly stated?: DeviceClockReading & { readonly atMs: number };
}

/**
 * Holds every ONVIF device's clock against the recorder's, soon after it is known and every quarter of an hour. Footage
 * is never placed by it; it shows who burns a wrong time into his picture.
 */
export class DeviceClocks {
  readonly #parts: DeviceClocksParts;
  readonly #known = new Map<DeviceId, Known>();

  constructor(parts: DeviceClocksParts) {
    this.#parts = parts;
  }

  /** Until `signal` aborts; resolves then. One device at a time, and none disturbs the others. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, onDiskFault } = this.#parts;
    const look = async (): Promise<void> => this.lookOnce(signal);
    await keepDoing(look, { everyMs: lookEveryMs, ...{ clock, signal, onDiskFault } });
  }

  /** Asks every device whose turn it is. One whose clock could not be stated has its turn again at the next look. */
  async lookOnce(signal: AbortSignal): Promise<void> {
    const { devices, clock } = this.#parts;
    for (const deviceId of devices()) {
      if (signal.aborted) return;
      const nowMs = clock.monotonicNowMs();
      const known = this.#known.get(deviceId);
      if (known !== undefined && nowMs - known.askedAtMs < askEveryMs) continue;
      await this.#ask(deviceId, known?.stated, signal);
    }
  }

  async #ask(deviceId: DeviceId, stated: Known['stated'], signal: AbortSignal): Promise<void> {
    const { connection, state, clock } = this.#parts;
    const askedAtMs = clock.monotonicNowMs();
    const { onvif } = connection(deviceId);
    const reading = onvif === undefined ? undefined : await this.#reading(deviceId, onvif.address, signal);
    const atMs = clock.monotonicNowMs();
    const isNews =
      reading !== undefined &&
      (stated === undefined || atMs - stated.atMs >= restateMs || hasMoved(stated, reading));
    if (isNews) state(deviceId, reading);
    const kept = isNews ? { ...reading, atMs } : stated;
    this.#known.set(deviceId, { askedAtMs, ...(kept === undefined ? {} : { stated: kept }) });
  }

  async #reading(
    deviceId: DeviceId,
    address: ServiceAddress,
    signal: AbortSignal,
  ): Promise<DeviceClockReading | undefined> {
    const { driver, logger } = this.#parts;
    try {
      return await driver.clockReading({ address, username: '', password: '' }, signal);
    } catch (error) {
      // Whether the device works at all is the capture's business to say. What a driver throws may hold an address.
      const why = error instanceof CameraProblem ? error.message : 'the clock could not be asked';
      logger.debug({ deviceId }, why);
      return undefined;
    }
  }
}

function hasMoved(before: DeviceClockReading, now: DeviceClockReading): boolean {
  return Math.abs(before.offsetMs - now.offsetMs) > Math.max(changeMs, before.errorMs + now.errorMs);
}
