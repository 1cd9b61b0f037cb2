import type { Quality } from '@minhbach/shared/protocol';
import type { DeviceId, SourceId } from '@minhbach/shared/units-of-measure';

export interface ResolvedStream {
  /** `rtsp://user:password@host:port/path`, user and password percent-encoded. Never logged. */
  readonly url: string;
}

/** Thrown by `resolveStream`; anything else it throws counts as `unreachable`. */
export class StreamUnavailable extends Error {
  readonly code: 'login-refused' | 'unreachable';

  /** `message` is shown and recorded as evidence: no secrets in it. */
  constructor(code: 'login-refused' | 'unreachable', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StreamUnavailable';
    this.code = code;
  }
}

/** How the last attempt to pull the stream went. */
export interface LastAttempt {
  /** Every further wrong login brings a lock-out nearer. */
  readonly loginWasRefused: boolean;
}

/** One device to pull: which of its tracks are sources, and how to find its streams. */
export interface DevicePlan {
  readonly deviceId: DeviceId;
  /** At least one of the two. A device with only `sound` has its picture, if any, left at the device. */
  readonly picture?: SourceId | undefined;
  readonly sound?: SourceId | undefined;
  /** A small H.264 stream can be pulled for tiles. */
  readonly hasSubStream: boolean;
  /** Asked afresh before every capture; `sub` only when `hasSubStream`. */
  resolveStream(quality: Quality, signal: AbortSignal, last?: LastAttempt): Promise<ResolvedStream>;
}
