/** What a stream says it carries (SDP, RFC 8866): the first picture and the first sound. */
export interface StreamTracks {
  readonly picture?: { readonly codec: 'h264' | 'h265' | 'other' } | undefined;
  readonly sound?: { readonly codec: string; readonly sampleRateHz?: number } | undefined;
}

/** Static RTP payload types of sound that cameras use without a rtpmap (RFC 3551 §6). */
const staticSound: Readonly<Record<string, string>> = {
  '0': 'PCMU/8000',
  '8': 'PCMA/8000',
  '9': 'G722/8000',
};

export function tracksOf(sdp: string): StreamTracks {
  let picture: StreamTracks['picture'];
  let sound: StreamTracks['sound'];
  for (const media of sdp.split(/\r?\n(?=m=)/)) {
    const [, kind, payloadType = ''] = /^m=(\w+) \d+(?:\/\d+)? [\w/]+ (\d{1,3})/.exec(media) ?? [];
    const mapped = new RegExp(`^a=rtpmap:${payloadType} ([\\w.-]{1,30})(?:/(\\d{1,7}))?`, 'm').exec(media);
    const [name = '', rate] = mapped ? mapped.slice(1) : (staticSound[payloadType] ?? '').split('/');
    if (kind === 'video') picture ??= { codec: pictureCodec(name) };
    if (kind === 'audio' && name !== '') {
      sound ??= { codec: soundCodec(name), ...(rate === undefined ? {} : { sampleRateHz: Number(rate) }) };
    }
  }
  return { picture, sound };
}

function pictureCodec(name: string): 'h264' | 'h265' | 'other' {
  if (/^h264$/i.test(name)) return 'h264';
  return /^(h265|hevc)$/i.test(name) ? 'h265' : 'other';
}

function soundCodec(name: string): string {
  return /^mpeg4-generic|^mp4a-latm/i.test(name) ? 'AAC' : name.toUpperCase();
}
