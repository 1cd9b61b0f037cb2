import type { Clock } from '@minhbach/shared/clock';
import type { Quality } from '@minhbach/shared/protocol';
import { StreamUnavailable, type LastAttempt, type ResolvedStream } from '../capture/index.ts';
import type { AddressGuard } from './address-guard.ts';
import type { CameraDriver } from './camera-driver.ts';
import { CameraProblem } from './camera-problem.ts';
import { parseStreamAddress, secretStreamUrl, type StreamAddress } from './device-address.ts';
import type { DeviceConnectionRow } from './device-row.ts';

const quickFailureMs = 30_000;
const askLimitMs = 3_000;

export interface StreamResolverParts {
  readonly driver: CameraDriver;
  readonly guard: AddressGuard;
  readonly clock: Clock;
  /** What is on the disk, and how to put a new address there. */
  readonly read: () => DeviceConnectionRow;
  readonly write: (connection: DeviceConnectionRow) => void;
}

/**
 * Where one device's streams are now. The address known from registration is tried first, so that a capture is up
 * again at once; when captures keep failing, every second time the device is asked anew, since it may have changed.
 */
export class StreamResolver {
  readonly #parts: StreamResolverParts;
  readonly #resolvedAtMs = new Map<Quality, number>();
  readonly #askedLast = new Map<Quality, boolean>();

  constructor(parts: StreamResolverParts) {
    this.#parts = parts;
  }

  /** Rejects with `StreamUnavailable`. The host in the answer is the address that was checked, not a name. */
  async resolve(quality: Quality, signal: AbortSignal, last?: LastAttempt): Promise<ResolvedStream> {
    const { clock, guard } = this.#parts;
    const nowMs = clock.monotonicNowMs();
    const failedQuickly =
      nowMs - (this.#resolvedAtMs.get(quality) ?? Number.NEGATIVE_INFINITY) < quickFailureMs;
    this.#resolvedAtMs.set(quality, nowMs);
    const ask = failedQuickly && this.#askedLast.get(quality) !== true && last?.loginWasRefused !== true;
    this.#askedLast.set(quality, ask);
    try {
      const connection = ask ? await this.#refreshed(quality, signal) : this.#parts.read();
      const address = connection[quality];
      if (address === undefined)
        throw new CameraProblem('no-usable-stream', 'the device has no small picture');
      const host = await guard.resolve(address.host, signal);
      return { url: secretStreamUrl({ ...address, login: undefined, host }, connection.login) };
    } catch (error) {
      if (!(error instanceof CameraProblem)) throw error;
      throw new StreamUnavailable(
        error.code === 'login-refused' ? 'login-refused' : 'unreachable',
        error.message,
      );
    }
  }

  async #refreshed(quality: Quality, signal: AbortSignal): Promise<DeviceConnectionRow> {
    const known = this.#parts.read();
    const profile = known.onvif?.[quality];
    if (known.onvif === undefined || profile === undefined) return known;
    const login = { address: known.onvif.address, username: '', password: '', ...known.login };
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(askLimitMs)]);
      const address = parseStreamAddress(await this.#parts.driver.streamAddress(login, profile, limit));
      return this.#remembered(known, quality, address);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CameraProblem && error.code === 'login-refused') throw error;
      // The stream may well be there though the device does not answer for it.
      return known;
    }
  }

  #remembered(known: DeviceConnectionRow, quality: Quality, { scheme, host, port, path }: StreamAddress) {
    const before = known[quality];
    const same =
      before?.scheme === scheme && before.host === host && before.port === port && before.path === path;
    if (same) return known;
    const changed = { ...known, [quality]: { scheme, host, port, path } };
    this.#parts.write(changed);
    return changed;
  }
}
