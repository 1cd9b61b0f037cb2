import { gopFrames, type PictureFormat } from '../media/picture-recipe.ts';
import type { SoundFormat } from '../media/sound-recipe.ts';
import { SNAPSHOT_PATH, type DeviceModel, type DeviceProfile } from './device-model.ts';
import { SoapFault, textOf } from './soap.ts';
import { element, fields, joined, type Xml } from './xml.ts';

type Answer = (model: DeviceModel, body: unknown) => Xml;

/** The first media service (ver10/media/wsdl). It has no word for H.265: such profiles are left out, as the standard has it. */
export const MEDIA_ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  [
    'GetProfiles',
    (model) => element('trt:GetProfilesResponse', {}, joined(listed(model).map(inside('trt:Profiles')))),
  ],
  [
    'GetProfile',
    (model, body) => element('trt:GetProfileResponse', {}, inside('trt:Profile')(find(model, body))),
  ],
  ['GetStreamUri', (model, body) => mediaUri('GetStreamUri', find(model, body).streamUri)],
  ['GetSnapshotUri', snapshotUri],
  ['GetVideoSources', videoSources],
  ['GetAudioSources', audioSources],
  [
    'GetServiceCapabilities',
    () => element('trt:GetServiceCapabilitiesResponse', {}, element('trt:Capabilities')),
  ],
]);

const VIDEO_SOURCE = 'video-source';
const AUDIO_SOURCE = 'audio-source';

function listed(model: DeviceModel): readonly DeviceProfile[] {
  return model.profiles().filter(({ picture }) => picture?.codec !== 'h265');
}

function find(model: DeviceModel, body: unknown): DeviceProfile {
  const token = textOf(body, 'ProfileToken');
  const found = listed(model).find((profile) => profile.token === token);
  if (found === undefined) throw new SoapFault('ter:NoProfile', 'no profile has this token');
  return found;
}

function inside(name: string): (profile: DeviceProfile) => Xml {
  return ({ token, picture, sound }) =>
    element(
      name,
      { token, fixed: true },
      fields('tt', { Name: token }),
      picture && videoSourceConfiguration('tt:VideoSourceConfiguration', picture),
      sound && audioSourceConfiguration('tt:AudioSourceConfiguration'),
      picture && videoEncoder(token, picture),
      sound && audioEncoder(sound),
    );
}

export function videoSourceConfiguration(name: string, { width, height }: PictureFormat): Xml {
  const named = fields('tt', { Name: VIDEO_SOURCE, UseCount: 1, SourceToken: VIDEO_SOURCE });
  return element(name, { token: VIDEO_SOURCE }, named, element('tt:Bounds', { x: 0, y: 0, width, height }));
}

export function audioSourceConfiguration(name: string): Xml {
  return element(
    name,
    { token: AUDIO_SOURCE },
    fields('tt', { Name: AUDIO_SOURCE, UseCount: 1, SourceToken: AUDIO_SOURCE }),
  );
}

function videoEncoder(token: string, picture: PictureFormat): Xml {
  const rate = {
    FrameRateLimit: Math.ceil(picture.framesPerSecond),
    EncodingInterval: 1,
    BitrateLimit: picture.kilobitsPerSecond,
  };
  return element(
    'tt:VideoEncoderConfiguration',
    { token: `video-encoder-${token}` },
    fields('tt', { Name: `video-encoder-${token}`, UseCount: 1, Encoding: 'H264' }),
    element('tt:Resolution', {}, fields('tt', { Width: picture.width, Height: picture.height })),
    fields('tt', { Quality: 5 }),
    element('tt:RateControl', {}, fields('tt', rate)),
    element('tt:H264', {}, fields('tt', { GovLength: gopFrames(picture), H264Profile: 'Main' })),
    multicastOff(),
    fields('tt', { SessionTimeout: 'PT60S' }),
  );
}

function audioEncoder(sound: SoundFormat): Xml {
  const values = {
    Name: 'audio-encoder',
    UseCount: 1,
    Encoding: sound.codec === 'aac' ? 'AAC' : 'G711',
    Bitrate: sound.kilobitsPerSecond,
    SampleRate: sound.sampleRate / 1000,
  };
  const configured = [fields('tt', values), multicastOff(), fields('tt', { SessionTimeout: 'PT60S' })];
  return element('tt:AudioEncoderConfiguration', { token: 'audio-encoder' }, ...configured);
}

export function multicastOff(): Xml {
  const address = element('tt:Address', {}, fields('tt', { Type: 'IPv4', IPv4Address: '0.0.0.0' }));
  return element('tt:Multicast', {}, address, fields('tt', { Port: 0, TTL: 1, AutoStart: false }));
}

function mediaUri(operation: string, uri: string): Xml {
  const lasting = { Uri: uri, InvalidAfterConnect: false, InvalidAfterReboot: false, Timeout: 'PT0S' };
  return element(`trt:${operation}Response`, {}, element('trt:MediaUri', {}, fields('tt', lasting)));
}

function snapshotUri(model: DeviceModel, body: unknown): Xml {
  if (find(model, body).picture === undefined)
    throw new SoapFault('ter:ActionNotSupported', 'a profile without picture');
  return mediaUri('GetSnapshotUri', model.httpBase + SNAPSHOT_PATH);
}

function videoSources(model: DeviceModel): Xml {
  const picture = model.profiles().find((profile) => profile.picture !== undefined)?.picture;
  if (picture === undefined) return element('trt:GetVideoSourcesResponse');
  const resolution = element(
    'tt:Resolution',
    {},
    fields('tt', { Width: picture.width, Height: picture.height }),
  );
  const source = [fields('tt', { Framerate: picture.framesPerSecond }), resolution];
  return element(
    'trt:GetVideoSourcesResponse',
    {},
    element('trt:VideoSources', { token: VIDEO_SOURCE }, ...source),
  );
}

function audioSources(model: DeviceModel): Xml {
  if (!model.profiles().some(({ sound }) => sound !== undefined))
    return element('trt:GetAudioSourcesResponse');
  const source = element('trt:AudioSources', { token: AUDIO_SOURCE }, fields('tt', { Channels: 1 }));
  return element('trt:GetAudioSourcesResponse', {}, source);
}
