import { describe, expect, it } from '@jest/globals';
import { captureArguments } from './capture-arguments.ts';

const pull =
  '-hide_banner -nostats -nostdin -v level+info -protocol_whitelist pipe,rtsp,rtp,tcp,udp -analyzeduration 500000 -fpsprobesize 3';
const input = `${pull} -f concat -safe 0 -i pipe:0`;
const mux = (fragmentUs: number): string =>
  `-f mp4 -movflags empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer -frag_duration ${fragmentUs} -use_editlist 0 ` +
  '-avoid_negative_ts disabled -output_ts_offset 10 -flush_packets 1';
const [picture, sound] = [mux(80_000), mux(60_000)];
const encode = '-c:a aac -ar 16000 -b:a 32k -aac_coder fast';

describe('captureArguments', () => {
  it.each([
    [
      'picture and sound',
      { picture: 'h264', sound: 'other' } as const,
      `${input} -map 0:v:0 -c:v copy ${picture} pipe:1 -map 0:a:0 ${encode} ${sound} pipe:3`,
    ],
    [
      'H.265 and AAC, both copied',
      { picture: 'h265', sound: 'aac' } as const,
      `${input} -map 0:v:0 -c:v copy -tag:v hvc1 ${picture} pipe:1 -map 0:a:0 -c:a copy ${sound} pipe:3`,
    ],
    ['a picture alone', { picture: 'h264' } as const, `${input} -map 0:v:0 -c:v copy ${picture} pipe:1`],
    ['a microphone', { sound: 'other' } as const, `${input} -map 0:a:0 ${encode} ${sound} pipe:1`],
  ])('of %s', (_what, tracks, expected) => {
    expect(captureArguments(tracks).arguments.join(' ')).toBe(expected);
  });
});
