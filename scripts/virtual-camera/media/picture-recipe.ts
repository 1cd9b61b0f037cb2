import { frameStripFilter } from './frame-strip.ts';
import {
  GOP_SECONDS,
  LAP_FRAMES,
  LAP_SECONDS,
  MAIN_FRAMES_PER_SECOND,
  SUB_FRAMES_PER_SECOND,
} from './lap.ts';

export const PICTURE_KINDS = ['h264', 'h264-720p', 'h265', 'sub'] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

export type PictureFormat = {
  readonly codec: 'h264' | 'h265';
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly kilobitsPerSecond: number;
};

const main = { width: 1920, height: 1080, framesPerSecond: MAIN_FRAMES_PER_SECOND };
export const PICTURE_FORMATS: Readonly<Record<PictureKind, PictureFormat>> = {
  h264: { ...main, codec: 'h264', kilobitsPerSecond: 2000 },
  'h264-720p': { ...main, codec: 'h264', width: 1280, height: 720, kilobitsPerSecond: 1200 },
  h265: { ...main, codec: 'h265', kilobitsPerSecond: 1200 },
  sub: {
    codec: 'h264',
    width: 640,
    height: 360,
    framesPerSecond: SUB_FRAMES_PER_SECOND,
    kilobitsPerSecond: 400,
  },
};

export function gopFrames(format: PictureFormat): number {
  return format.framesPerSecond * GOP_SECONDS;
}

/** By how much the burnt-in number grows from one frame to the next: it always counts frames of the main stream. */
export function frameNumberStep(format: PictureFormat): number {
  return MAIN_FRAMES_PER_SECOND / format.framesPerSecond;
}

/** What a picture file shows: the footage for a whole lap, or one GOP of nothing or of one frame of a lap. */
export type PictureContent =
  | { readonly shows: 'footage'; readonly file: string }
  | { readonly shows: 'black' }
  | { readonly shows: 'still'; readonly file: string; readonly frame: number };

/** ffmpeg's arguments, input to output format, without the output's name. Pure: the cache is keyed by them. */
export function pictureArguments(kind: PictureKind, content: PictureContent): readonly string[] {
  const format = PICTURE_FORMATS[kind];
  const frames =
    content.shows === 'footage' ? LAP_FRAMES / frameNumberStep(format) : format.framesPerSecond * GOP_SECONDS;
  return [...inputArguments(format, content), '-an', '-frames:v', String(frames), ...coderArguments(format)];
}

function inputArguments(format: PictureFormat, content: PictureContent): readonly string[] {
  const { width, height, framesPerSecond } = format;
  switch (content.shows) {
    case 'footage': {
      // Cut to 16:9 rather than stretched; a little noise, because a sensor has some and a coder must spend bits on it.
      const filters = [
        `fps=${framesPerSecond}`,
        'crop=768:432',
        'noise=alls=3:allf=t',
        `scale=${width}:${height}:flags=bilinear`,
        frameStripFilter(width, frameNumberStep(format)),
        'format=yuv420p',
      ];
      return ['-i', content.file, '-t', String(LAP_SECONDS), '-vf', filters.join(',')];
    }
    case 'black':
      return [
        '-f',
        'lavfi',
        '-i',
        `color=black:size=${width}x${height}:rate=${framesPerSecond},format=yuv420p`,
      ];
    case 'still': {
      const input = [
        '-r',
        String(framesPerSecond),
        '-f',
        format.codec === 'h264' ? 'h264' : 'hevc',
        '-i',
        content.file,
      ];
      const frame = `trim=start_frame=${content.frame}:end_frame=${content.frame + 1}`;
      return [
        ...input,
        '-vf',
        `${frame},loop=loop=-1:size=1,setpts=N/(${framesPerSecond}*TB),fps=${framesPerSecond}`,
      ];
    }
  }
}

function coderArguments(format: PictureFormat): readonly string[] {
  const gop = gopFrames(format);
  const shared = `keyint=${gop}:min-keyint=${gop}:scenecut=0:bframes=0:repeat-headers=1:open-gop=0:slices=1`;
  const rate = `${format.kilobitsPerSecond}k`;
  if (format.codec === 'h265') {
    const cheap = 'ctu=32:rc-lookahead=5:weightp=0:aq-mode=0';
    const parameters = `log-level=error:${shared}:${cheap}`;
    const coder = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', parameters];
    return [...coder, '-b:v', rate, '-f', 'hevc'];
  }
  // cabac with a fast preset keeps it Main profile; sliced threads would give several slices to a frame.
  const coder = ['-c:v', 'libx264', '-profile:v', 'main', '-preset', 'superfast'];
  const parameters = ['-x264-params', `${shared}:sliced-threads=0:cabac=1:8x8dct=0`];
  return [...coder, ...parameters, '-b:v', rate, '-maxrate', rate, '-bufsize', rate, '-f', 'h264'];
}
