import type { PictureFormat } from '../media/picture-recipe.ts';
import type { SoundFormat } from '../media/sound-recipe.ts';

/** A stream as ONVIF speaks of it: a profile with its encoders, and where to get it. */
export type DeviceProfile = {
  readonly token: 'main' | 'sub';
  readonly picture: PictureFormat | undefined;
  readonly sound: SoundFormat | undefined;
  readonly streamUri: string;
};

/** All that the ONVIF answers are made of, asked anew for each request because faults change it. */
export type DeviceModel = {
  readonly name: string;
  readonly uuid: string;
  readonly serialNumber: string;
  readonly hardwareId: string;
  readonly macAddress: string;
  readonly hostAddress: string;
  /** `http://host:port`, or `https:`, without a slash at the end. */
  readonly httpBase: string;
  readonly hasMedia2: boolean;
  readonly deviceNowMs: () => number;
  readonly profiles: () => readonly DeviceProfile[];
};

export const DEVICE_PATH = '/onvif/device_service';
export const MEDIA_PATH = '/onvif/media_service';
export const MEDIA2_PATH = '/onvif/media2_service';
export const SNAPSHOT_PATH = '/snapshot.jpg';

export function scopes(model: DeviceModel): readonly string[] {
  const kind = model.profiles().some(({ picture }) => picture !== undefined)
    ? 'video_encoder'
    : 'audio_encoder';
  return [
    'onvif://www.onvif.org/Profile/Streaming',
    ...(model.hasMedia2 ? ['onvif://www.onvif.org/Profile/T'] : []),
    `onvif://www.onvif.org/type/${kind}`,
    `onvif://www.onvif.org/name/${encodeURIComponent(model.name)}`,
    'onvif://www.onvif.org/hardware/VirtualCamera',
    'onvif://www.onvif.org/location/counter',
  ];
}
