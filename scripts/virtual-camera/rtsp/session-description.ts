import type { MediaTrack } from '../media/media-track.ts';

/** The SDP (RFC 4566) of a stream; tracks are controlled as `track0`, `track1`… under the stream's address. */
export function sessionDescription(name: string, host: string, tracks: readonly MediaTrack[]): string {
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    `s=${name.replaceAll(/[\r\n]/g, ' ')}`,
    `c=IN IP4 ${host}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    ...tracks.flatMap((track, index) => [
      `m=${track.medium} 0 RTP/AVP ${track.payloadType}`,
      `b=AS:${track.kilobitsPerSecond}`,
      `a=rtpmap:${track.payloadType} ${track.encodingName}/${track.clockRate}${track.medium === 'audio' ? '/1' : ''}`,
      ...(track.formatParameters === undefined
        ? []
        : [`a=fmtp:${track.payloadType} ${track.formatParameters}`]),
      `a=control:track${index}`,
    ]),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
