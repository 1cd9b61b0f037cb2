import type { Readable } from 'node:stream';
import {
  BoxSplitter,
  readFragment,
  readInitSegment,
  shiftTfdt,
  type InitSegment,
} from '@minhbach/shared/media';
import { runFfmpeg } from './run-ffmpeg.ts';

export const copyTimescale = 90_000;

/**
 * Makes an H.264 working copy of one segment for browsers that cannot decode its codec: at most 1280 wide, quick rather
 * than small. `onPiece` gets the init segment, then fragments, as they are made; their decode times continue those of
 * the original (`firstTfdt` in `originalTimescale`), so that copies of one capture play on without a seam.
 */
export async function transcodeSegment(of: {
  readonly ffmpegPath: string;
  readonly input: Readable;
  readonly firstTfdt: number;
  readonly originalTimescale: number;
  readonly onPiece: (kind: 'init' | 'fragment', bytes: Buffer) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const splitter = new BoxSplitter();
  const wanted = Math.round((of.firstTfdt / of.originalTimescale) * copyTimescale);
  let init: InitSegment | undefined;
  let shiftTicks: number | undefined;
  await runFfmpeg({
    path: of.ffmpegPath,
    arguments: transcodeArguments,
    input: of.input,
    deadlineMs: 180_000,
    signal: of.signal,
    onBytes: (chunk) => {
      for (const piece of splitter.push(chunk)) {
        const bytes = Buffer.from(piece.bytes);
        if (piece.kind === 'init') init = readInitSegment(bytes);
        else if (init) {
          shiftTicks ??= wanted - readFragment(bytes, init).tfdt;
          shiftTfdt(bytes, shiftTicks);
        }
        of.onPiece(piece.kind, bytes);
      }
    },
  });
}

const transcodeArguments = [
  ...['-f', 'mp4', '-i', 'pipe:0', '-map', '0:v:0', '-an'],
  ...['-vf', "scale='min(1280,iw)':-2", '-pix_fmt', 'yuv420p', '-fps_mode', 'passthrough'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'fastdecode', '-bf', '0', '-crf', '26', '-g', '50'],
  ...['-profile:v', 'baseline', '-level:v', '4.0'],
  ...['-video_track_timescale', String(copyTimescale)],
  ...[
    '-f',
    'mp4',
    '-movflags',
    'empty_moov+default_base_moof+frag_keyframe',
    '-flush_packets',
    '1',
    'pipe:1',
  ],
];
