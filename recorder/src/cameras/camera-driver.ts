import type { DeviceIdentity, DiscoveredDevice, ProbedProfile } from '@minhbach/shared/protocol';
import type { ServiceAddress } from './device-address.ts';

export interface OnvifLogin {
  readonly address: ServiceAddress;
  readonly username: string;
  readonly password: string;
}

/** Which of the two libraries a device's profile was understood by; its stream is asked of the same one. */
export type AdapterName = 'node-onvif' | 'onvif';

export interface DescribedProfile extends ProbedProfile {
  readonly adapter: AdapterName;
}

export interface DescribedDevice {
  readonly manufacturer?: string | undefined;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  /** The device's clock minus ours. */
  readonly clockOffsetMs?: number | undefined;
  readonly profiles: readonly DescribedProfile[];
}

/**
 * What we want of ONVIF. Every method ends within its deadline, whatever the device sends, and rejects with a
 * `CameraProblem`; nothing a device says is more than text that was checked for shape and length.
 */
export interface CameraDriver {
  /** Devices that answered WS-Discovery within 3 s and may be used, each once. */
  discover(signal: AbortSignal): Promise<DiscoveredDevice[]>;
  probe(login: OnvifLogin, signal: AbortSignal): Promise<DescribedDevice>;
  /** The stream address as the device states it: not yet checked for where it leads. */
  streamAddress(login: OnvifLogin, profile: ProfileReference, signal: AbortSignal): Promise<string>;
  snapshotUri(login: OnvifLogin, profile: ProfileReference, signal: AbortSignal): Promise<string>;
  clockReading(login: OnvifLogin, signal: AbortSignal): Promise<DeviceClockReading>;
  /** Rejects with `not-onvif` when the device answers and tells nothing of who it is. */
  identity(login: OnvifLogin, signal: AbortSignal): Promise<DeviceIdentity>;
}

/** A device's clock held against ours. */
export interface DeviceClockReading {
  /** Theirs minus ours. */
  readonly offsetMs: number;
  /** ONVIF tells whole seconds, and the answer takes its time: the truth is within this. */
  readonly errorMs: number;
}

export interface ProfileReference {
  readonly token: string;
  readonly adapter: AdapterName;
}
