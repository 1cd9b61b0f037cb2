import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { BoxSplitter, readFragment, readInitSegment, type InitSegment } from '@minhbach/shared/media';

interface SampleFragment {
  readonly bytes: Buffer;
  readonly tfdt: number;
  readonly durationTicks: number;
  readonly keyframe: boolean;
}

/** Real fMP4 as a recorder's ffmpeg writes it: one track, fragments of 100 ms, a keyframe every second. */
export interface SampleFootage {
  readonly init: Buffer;
  readonly facts: InitSegment;
  readonly fragments: readonly SampleFragment[];
}

const known = new Map<string, SampleFootage>();

/** Made once per kind and length; a second of picture is 25 frames, of sound 16 kHz AAC. */
export function sampleFootage(
  kind: 'h264' | 'h265' | 'sound',
  seconds: number,
  size = '320x180',
): SampleFootage {
  const name = `${kind} ${seconds} ${size}`;
  const made = known.get(name) ?? make(kind, seconds, size);
  known.set(name, made);
  return made;
}

function make(kind: 'h264' | 'h265' | 'sound', seconds: number, size: string): SampleFootage {
  const picture = [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=${size}:rate=25:duration=${seconds}`,
    '-pix_fmt',
    'yuv420p',
  ];
  const input = {
    h264: [
      ...picture,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-bf',
      '0',
      '-g',
      '25',
      '-sc_threshold',
      '0',
    ],
    h265: [
      ...picture,
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1'],
      ...['-x265-params', 'keyint=25:min-keyint=25:scenecut=0:bframes=0:log-level=error'],
    ],
    sound: ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=16000:duration=${seconds}`, '-c:a', 'aac'],
  }[kind];
  const bytes = execFileSync(
    'ffmpeg',
    [
      ...['-hide_banner', '-v', 'error', ...input, '-f', 'mp4', '-frag_duration', '100000'],
      ...['-movflags', 'empty_moov+default_base_moof+frag_keyframe', 'pipe:1'],
    ],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  const [init, ...fragments] = new BoxSplitter().push(bytes);
  if (init === undefined) throw new Error('ffmpeg wrote nothing');
  const facts = readInitSegment(init.bytes);
  return {
    init: Buffer.from(init.bytes),
    facts,
    fragments: fragments.map((piece) => {
      const fragment = readFragment(piece.bytes, facts);
      return {
        bytes: Buffer.from(piece.bytes),
        tfdt: fragment.tfdt,
        durationTicks: fragment.durationTicks,
        keyframe: fragment.startsWithKeyframe,
      };
    }),
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
