import { gopFrames, type PictureFormat } from '../media/picture-recipe.ts';
import type { SoundFormat } from '../media/sound-recipe.ts';
import { SNAPSHOT_PATH, type DeviceModel, type DeviceProfile } from './device-model.ts';
import { audioSourceConfiguration, multicastOff, videoSourceConfiguration } from './media-answers.ts';
import { SoapFault, textOf } from './soap.ts';
import { element, fields, joined, type Xml } from './xml.ts';

type Answer = (model: DeviceModel, body: unknown) => Xml;

/** The second media service (ver20/media/wsdl), the one that knows H.265. Configurations are always listed whole. */
export const MEDIA2_ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  [
    'GetProfiles',
    (model, body) => element('tr2:GetProfilesResponse', {}, joined(asked(model, body).map(profile))),
  ],
  ['GetStreamUri', (model, body) => uri('GetStreamUri', find(model, body).streamUri)],
  ['GetSnapshotUri', snapshotUri],
  ['GetServiceCapabilities', serviceCapabilities],
]);

function asked(model: DeviceModel, body: unknown): readonly DeviceProfile[] {
  const token = textOf(body, 'Token');
  return token === undefined ? model.profiles() : [byToken(model, token)];
}

function find(model: DeviceModel, body: unknown): DeviceProfile {
  return byToken(model, textOf(body, 'ProfileToken'));
}

function byToken(model: DeviceModel, token: string | undefined): DeviceProfile {
  const found = model.profiles().find((other) => other.token === token);
  if (found === undefined) throw new SoapFault('ter:NoProfile', 'no profile has this token');
  return found;
}

function profile({ token, picture, sound }: DeviceProfile): Xml {
  const configurations = element(
    'tr2:Configurations',
    {},
    picture && videoSourceConfiguration('tr2:VideoSource', picture),
    sound && audioSourceConfiguration('tr2:AudioSource'),
    picture && videoEncoder(token, picture),
    sound && audioEncoder(sound),
  );
  return element('tr2:Profiles', { token, fixed: true }, fields('tr2', { Name: token }), configurations);
}

function videoEncoder(token: string, picture: PictureFormat): Xml {
  const rate = element(
    'tt:RateControl',
    { ConstantBitRate: false },
    fields('tt', { FrameRateLimit: picture.framesPerSecond, BitrateLimit: picture.kilobitsPerSecond }),
  );
  const attributes = { token: `video-encoder-${token}`, GovLength: gopFrames(picture), Profile: 'Main' };
  const encoding = picture.codec === 'h265' ? 'H265' : 'H264';
  return element(
    'tr2:VideoEncoder',
    attributes,
    fields('tt', { Name: `video-encoder-${token}`, UseCount: 1, Encoding: encoding }),
    element('tt:Resolution', {}, fields('tt', { Width: picture.width, Height: picture.height })),
    rate,
    multicastOff(),
    fields('tt', { Quality: 5 }),
  );
}

function audioEncoder(sound: SoundFormat): Xml {
  const encodings = { pcma: 'PCMA', pcmu: 'PCMU', aac: 'MP4A-LATM' } as const;
  const values = { Name: 'audio-encoder', UseCount: 1, Encoding: encodings[sound.codec] };
  const rate = { Bitrate: sound.kilobitsPerSecond, SampleRate: sound.sampleRate / 1000 };
  const configured = [fields('tt', values), multicastOff(), fields('tt', rate)];
  return element('tr2:AudioEncoder', { token: 'audio-encoder' }, ...configured);
}

function uri(operation: string, address: string): Xml {
  return element(`tr2:${operation}Response`, {}, fields('tr2', { Uri: address }));
}

function snapshotUri(model: DeviceModel, body: unknown): Xml {
  if (find(model, body).picture === undefined)
    throw new SoapFault('ter:ActionNotSupported', 'a profile without picture');
  return uri('GetSnapshotUri', model.httpBase + SNAPSHOT_PATH);
}

function serviceCapabilities(): Xml {
  const streaming = element('tr2:StreamingCapabilities', {
    RTSPStreaming: true,
    RTP_RTSP_TCP: true,
    RTPMulticast: false,
  });
  const profiles = element('tr2:ProfileCapabilities', { MaximumNumberOfProfiles: 2 });
  return element(
    'tr2:GetServiceCapabilitiesResponse',
    {},
    element('tr2:Capabilities', { SnapshotUri: true }, profiles, streaming),
  );
}
