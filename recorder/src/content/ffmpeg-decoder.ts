import { lumaOf, samplesOf } from '../capture/index.ts';
import type { FootageDecoder } from './look-desk.ts';
import { gridSize } from './picture-facts.ts';

/** Decodes with ffmpeg, one process for each look. */
export function ffmpegDecoder(ffmpegPath: string): FootageDecoder {
  return {
    pictures: async (footage, signal) =>
      (await lumaOf(footage, gridSize, ffmpegPath, signal)).map((luma) => ({ ...gridSize, luma })),
    sound: async (footage, signal) => samplesOf(footage, ffmpegPath, signal),
  };
}
