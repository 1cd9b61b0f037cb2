import { looksAtFrames } from './stream-address.ts';
import type { StreamTracks } from './stream-tracks.ts';

/** Input options of every ffmpeg and ffprobe that pulls a stream; the address comes on stdin (`streamScript`). */
export const pullArguments: readonly string[] = [
  '-protocol_whitelist',
  'pipe,rtsp,rtp,tcp,udp',
  '-analyzeduration',
  '500000',
  '-fpsprobesize',
  String(looksAtFrames),
  '-f',
  'concat',
  '-safe',
  '0',
];

/** How sound that is no AAC is encoded; the encoder, not the container, is what a capture costs most. */
export const soundEncoding: readonly string[] = '-c:a aac -ar 16000 -b:a 32k -aac_coder fast'.split(' ');

/**
 * One single-track fMP4. Each output by itself would start at time 0, and the relation of sound to picture be lost:
 * `frag_discont` with no shifting keeps ffmpeg's own times, which already allow for the encoder's delay. The offset keeps
 * a first sound packet, one encoder frame early, from being negative, which a decode time cannot be. Without `skip_trailer` ffmpeg remembers every
 * fragment, for an index at the end of a file that never ends.
 */
const muxing = (fragmentUs: number): readonly string[] => [
  ...['-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer'],
  ...['-frag_duration', String(fragmentUs), '-use_editlist', '0', '-avoid_negative_ts', 'disabled'],
  ...['-output_ts_offset', '10', '-flush_packets', '1'],
];
/** Two frames at 25 pictures a second. A fragment is written when the frame after it is there, so each frame more is seen 40 ms later. */
const pictureMuxing = muxing(80_000);
/** One AAC frame at 16 kHz, which is written when the next one is there: what a killed recorder loses of sound begins with that. */
export const soundMuxing = muxing(60_000);
/**
 * For so long ffmpeg's encoder holds sound back: it wants two frames (1024 samples at 16 kHz) more than it gives away. What
 * was copied, picture or sound, waits for nothing but the frame after it.
 */
export const encoderHoldMs = 128;

export interface CaptureArguments {
  readonly arguments: readonly string[];
  /** File descriptors of ffmpeg that carry the tracks. */
  readonly pictureFd: 1 | undefined;
  readonly soundFd: 1 | 3 | undefined;
}

/** Arguments of one capture: picture copied, sound copied when it is AAC, each to a pipe of its own. */
export function captureArguments(tracks: StreamTracks): CaptureArguments {
  const { picture, sound } = tracks;
  const soundFd = sound === undefined ? undefined : picture === undefined ? 1 : 3;
  return {
    arguments: [
      // Redirects are told of as information only; `readFfmpegLine` sorts the rest out.
      ...['-hide_banner', '-nostats', '-nostdin', '-v', 'level+info'],
      ...[...pullArguments, '-i', 'pipe:0'],
      ...(picture === undefined
        ? []
        : [
            '-map',
            '0:v:0',
            '-c:v',
            'copy',
            ...(picture === 'h265' ? ['-tag:v', 'hvc1'] : []),
            ...pictureMuxing,
            'pipe:1',
          ]),
      ...(soundFd === undefined
        ? []
        : [
            '-map',
            '0:a:0',
            ...(sound === 'aac' ? ['-c:a', 'copy'] : soundEncoding),
            ...soundMuxing,
            `pipe:${soundFd}`,
          ]),
    ],
    pictureFd: picture === undefined ? undefined : 1,
    soundFd,
  };
}
