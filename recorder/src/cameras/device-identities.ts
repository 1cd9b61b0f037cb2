import type { Logger } from 'pino';
import type { Clock } from '@minhbach/shared/clock';
import {
  deviceDifference,
  isOtherDevice,
  type DeviceIdentity,
  type DeviceStanding,
  type SourceStatus,
} from '@minhbach/shared/protocol';
import type { DeviceId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import { keepDoing } from '../spool/index.ts';
import type { CameraDriver } from './camera-driver.ts';
import { CameraProblem } from './camera-problem.ts';
import type { DeviceConnectionRow } from './device-row.ts';

const lookEveryMs = 3_000;
const askEveryMs = 15 * 60_000;
/** A device that comes back over and over is not asked each time. */
const soonestMs = 20_000;
const askAgainMs = 30_000;
/** Where the answer will hardly be another, and a login may be locked out by asking. */
const askLaterMs = 5 * 60_000;
/** A busy camera misses an answer; one that is recorded and tells nothing for this long has changed. */
const silentAfterMs = 5 * 60_000;
const silentAfterFailures = 3;

export const streamWithoutOnvif = {
  is: 'not-known',
  why: 'a stream without ONVIF: nobody can be asked who sends it',
} as const satisfies DeviceStanding;

export interface DeviceIdentitiesParts {
  readonly sources: () => readonly SourceStatus[];
  readonly connection: (deviceId: DeviceId) => DeviceConnectionRow;
  /** As stated last. */
  readonly standing: (deviceId: DeviceId) => DeviceStanding | undefined;
  /** Durable on return. What it throws, `lookOnce` rejects with. */
  readonly stand: (deviceId: DeviceId, standing: DeviceStanding) => void;
  readonly driver: Pick<CameraDriver, 'identity'>;
  /** `evidence` when the device behind a source is another or tells nothing any more; `undefined` when that is over. */
  readonly onFault: (sourceId: SourceId, evidence: string | undefined) => void;
  readonly onDiskFault: (message: string | undefined) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Recorded {
  readonly deviceId: DeviceId;
  /** The picture, where that is recorded. */
  readonly sourceId: SourceId;
  /** `undefined` while nothing comes from it. */
  readonly heardSince: UtcMs | undefined;
}

interface Asked {
  readonly atMs: number;
  readonly heardSince: UtcMs | undefined;
  readonly nextAfterMs: number;
  readonly failures: number;
  readonly failingSinceMs: number;
}

/**
 * Holds every ONVIF device against who it was when it was registered: within seconds of its coming back, and every quarter
 * of an hour. What another device sends is recorded all the same; that it is another is a fault and an entry, which end only
 * when the registered one is back, or the device is retired.
 */
export class DeviceIdentities {
  readonly #parts: DeviceIdentitiesParts;
  readonly #asked = new Map<DeviceId, Asked>();
  readonly #faulty = new Map<DeviceId, SourceId>();

  constructor(parts: DeviceIdentitiesParts) {
    this.#parts = parts;
  }

  /** Until `signal` aborts; resolves then. One device at a time, and none disturbs the others. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, onDiskFault } = this.#parts;
    const look = async (): Promise<void> => this.lookOnce(signal);
    await keepDoing(look, { everyMs: lookEveryMs, ...{ clock, signal, onDiskFault } });
  }

  /** What stood when the run before ended stands still. */
  tellStanding(): void {
    for (const device of this.#recorded()) this.#tell(device, this.#parts.standing(device.deviceId));
  }

  /** Asks every device whose turn it is. */
  async lookOnce(signal: AbortSignal): Promise<void> {
    const devices = this.#recorded();
    this.#forgetAllBut(devices);
    for (const device of devices) {
      if (signal.aborted) return;
      if (this.#isDue(device)) await this.#look(device, signal);
    }
  }

  async #look(device: Recorded, signal: AbortSignal): Promise<void> {
    const { connection, clock } = this.#parts;
    const { deviceId, heardSince } = device;
    const before = this.#parts.standing(deviceId);
    const { onvif, login } = connection(deviceId);
    const atMs = clock.monotonicNowMs();
    const asked = { atMs, heardSince, failures: 0, failingSinceMs: atMs };
    if (onvif === undefined) {
      if (before === undefined) this.#conclude(device, streamWithoutOnvif);
      this.#asked.set(deviceId, { ...asked, nextAfterMs: askEveryMs });
      return;
    }
    const { address } = onvif;
    const found = await this.#ask({ address, username: '', password: '', ...login }, signal);
    if (signal.aborted) return;
    if (!('problem' in found)) {
      const next = standingAfter(before, found.identity);
      if (next !== undefined) this.#conclude(device, next);
      this.#asked.set(deviceId, { ...asked, nextAfterMs: askEveryMs });
      return;
    }
    const { failures, failingSinceMs } = this.#failingSince(deviceId, atMs);
    const isSilent = failures >= silentAfterFailures && atMs - failingSinceMs >= silentAfterMs;
    if (isSilent && before?.is === 'known') {
      this.#conclude(device, { is: 'silent', expected: before.identity, why: found.problem.message });
    }
    const hopeless = isSilent || found.problem.code === 'login-refused';
    this.#asked.set(deviceId, {
      ...asked,
      ...{ failures, failingSinceMs },
      nextAfterMs: hopeless ? askLaterMs : askAgainMs,
    });
  }

  async #ask(
    login: Parameters<CameraDriver['identity']>[0],
    signal: AbortSignal,
  ): Promise<{ readonly identity: DeviceIdentity } | { readonly problem: CameraProblem }> {
    try {
      return { identity: await this.#parts.driver.identity(login, signal) };
    } catch (error) {
      // What a driver throws may hold an address.
      if (error instanceof CameraProblem) return { problem: error };
      return { problem: new CameraProblem('internal', 'the device could not be asked') };
    }
  }

  #failingSince(deviceId: DeviceId, atMs: number): Pick<Asked, 'failures' | 'failingSinceMs'> {
    const before = this.#asked.get(deviceId);
    if (before === undefined || before.failures === 0) return { failures: 1, failingSinceMs: atMs };
    return { failures: before.failures + 1, failingSinceMs: before.failingSinceMs };
  }

  /** Told first: the ledger lies on the disk that may take nothing now. */
  #conclude(device: Recorded, standing: DeviceStanding): void {
    const { stand, logger } = this.#parts;
    this.#tell(device, standing);
    stand(device.deviceId, standing);
    logger.info({ deviceId: device.deviceId, is: standing.is }, 'who a device says it is');
  }

  #tell({ deviceId, sourceId }: Recorded, standing: DeviceStanding | undefined): void {
    if (standing?.is === 'other' || standing?.is === 'silent') {
      this.#faulty.set(deviceId, sourceId);
      this.#parts.onFault(sourceId, deviceDifference(standing));
    } else if (this.#faulty.delete(deviceId)) this.#parts.onFault(sourceId, undefined);
  }

  #isDue({ deviceId, heardSince }: Recorded): boolean {
    if (heardSince === undefined) return false;
    const asked = this.#asked.get(deviceId);
    if (asked === undefined) return true;
    const cameBack = asked.heardSince !== heardSince;
    const waitMs = cameBack ? Math.min(soonestMs, asked.nextAfterMs) : asked.nextAfterMs;
    return this.#parts.clock.monotonicNowMs() - asked.atMs >= waitMs;
  }

  /** A source that was retired takes its fault with it; another source of the device may stand for it now. */
  #forgetAllBut(devices: readonly Recorded[]): void {
    for (const [deviceId, sourceId] of this.#faulty) {
      const device = devices.find((each) => each.deviceId === deviceId);
      if (device?.sourceId === sourceId) continue;
      this.#faulty.delete(deviceId);
      this.#parts.onFault(sourceId, undefined);
      if (device === undefined) this.#asked.delete(deviceId);
      else this.#tell(device, this.#parts.standing(deviceId));
    }
  }

  #recorded(): Recorded[] {
    const devices = new Map<DeviceId, SourceStatus>();
    for (const source of this.#parts.sources()) {
      if (source.state === 'disabled') continue;
      if (source.kind === 'camera' || !devices.has(source.deviceId)) devices.set(source.deviceId, source);
    }
    return [...devices.values()].map((source) => ({
      deviceId: source.deviceId,
      sourceId: source.sourceId,
      heardSince: isHeard(source) ? source.since : undefined,
    }));
  }
}

/** While it records, and while only the disk keeps it from that: who fills the disk does not hide a swap by it. */
function isHeard({ state, cause }: SourceStatus): boolean {
  return state === 'recording' || cause === 'disk-full' || cause === 'disk-failed';
}

/** `undefined`: as stated last. */
function standingAfter(
  before: DeviceStanding | undefined,
  found: DeviceIdentity,
): DeviceStanding | undefined {
  if (before === undefined || before.is === 'not-known') return { is: 'known', identity: found };
  const expected = before.is === 'known' ? before.identity : before.expected;
  if (!isOtherDevice(expected, found)) {
    // Registered by a version that did not look at keys: the first one seen is the one to stay.
    if (expected.tlsKey === undefined && found.tlsKey !== undefined)
      return { is: 'known', identity: { ...expected, tlsKey: found.tlsKey } };
    return before.is === 'known' ? undefined : { is: 'known', identity: expected };
  }
  if (before.is === 'other' && !isOtherDevice(before.identity, found)) return undefined;
  return { is: 'other', expected, identity: found };
}
