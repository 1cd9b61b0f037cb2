import { gopFrames } from '../media/picture-recipe.ts';
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
  ['GetVideoSourceConfigurations', configurations('GetVideoSourceConfigurations', videoSource)],
  ['GetAudioSourceConfigurations', configurations('GetAudioSourceConfigurations', audioSource)],
  ['GetVideoEncoderConfigurations', configurations('GetVideoEncoderConfigurations', videoEncoder)],
  ['GetAudioEncoderConfigurations', configurations('GetAudioEncoderConfigurations', audioEncoder)],
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

function profile(described: DeviceProfile): Xml {
  const { token } = described;
  const parts = [
    videoSource('tr2:VideoSource', described),
    audioSource('tr2:AudioSource', described),
    videoEncoder('tr2:VideoEncoder', described),
    audioEncoder('tr2:AudioEncoder', described),
  ];
  const all = element('tr2:Configurations', {}, ...parts);
  return element('tr2:Profiles', { token, fixed: true }, fields('tr2', { Name: token }), all);
}

/** Answers undefined when the profile has no such thing. */
type Configuration = (name: string, profile: DeviceProfile) => Xml | undefined;

/** Lists one kind of configuration: that of every profile, each token once. */
function configurations(operation: string, configuration: Configuration): Answer {
  return (model) => {
    const all = model.profiles().flatMap((other) => configuration('tr2:Configurations', other) ?? []);
    const once = new Map(all.map((xml) => [/token="([^"]*)"/.exec(xml.source)?.[1], xml]));
    return element(`tr2:${operation}Response`, {}, joined([...once.values()]));
  };
}

function videoSource(name: string, { picture }: DeviceProfile): Xml | undefined {
  return picture && videoSourceConfiguration(name, picture);
}

function audioSource(name: string, { sound }: DeviceProfile): Xml | undefined {
  return sound && audioSourceConfiguration(name);
}

function videoEncoder(name: string, { token, picture }: DeviceProfile): Xml | undefined {
  if (picture === undefined) return undefined;
  const rate = element(
    'tt:RateControl',
    { ConstantBitRate: false },
    fields('tt', { FrameRateLimit: picture.framesPerSecond, BitrateLimit: picture.kilobitsPerSecond }),
  );
  const attributes = { token: `video-encoder-${token}`, GovLength: gopFrames(picture), Profile: 'Main' };
  const encoding = picture.codec === 'h265' ? 'H265' : 'H264';
  return element(
    name,
    attributes,
    fields('tt', { Name: `video-encoder-${token}`, UseCount: 1, Encoding: encoding }),
    element('tt:Resolution', {}, fields('tt', { Width: picture.width, Height: picture.height })),
    rate,
    multicastOff(),
    fields('tt', { Quality: 5 }),
  );
}

function audioEncoder(name: string, { sound }: DeviceProfile): Xml | undefined {
  if (sound === undefined) return undefined;
  const encodings = { pcma: 'PCMA', pcmu: 'PCMU', aac: 'MP4A-LATM' } as const;
  const values = { Name: 'audio-encoder', UseCount: 1, Encoding: encodings[sound.codec] };
  const rate = { Bitrate: sound.kilobitsPerSecond, SampleRate: sound.sampleRate / 1000 };
  return element(name, { token: 'audio-encoder' }, fields('tt', values), multicastOff(), fields('tt', rate));
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
