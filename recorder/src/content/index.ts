export { ContentWatch } from './content-watch.ts';
export { ffmpegDecoder } from './ffmpeg-decoder.ts';
