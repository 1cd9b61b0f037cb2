import { BoxReader } from './box-reader.ts';
import { decoderInfo } from './codec-string.ts';
import { fragmentDefaults, onlyTraf, readTfdt } from './fragment.ts';
import type { SoundInit } from './init-segment.ts';
import { MediaError } from './media-error.ts';

export interface SoundSample {
  /** In ticks of the init segment's timescale. */
  readonly startTicks: number;
  readonly durationTicks: number;
  /** One encoded frame; a view of the fragment's bytes. */
  readonly bytes: Uint8Array;
}

/**
 * The encoded frames of one fragment of sound, for a decoder that takes them one by one. Offsets are from the `moof`, as
 * `default-base-is-moof` has it. Throws `MediaError`.
 */
export function readSoundSamples(bytes: Uint8Array, init: SoundInit): readonly SoundSample[] {
  const reader = new BoxReader(bytes);
  const traf = onlyTraf(reader);
  const tfhd = reader.require(['tfhd'], traf.bodyStart, traf.end);
  const defaults = fragmentDefaults(reader, tfhd, init);
  let startTicks = readTfdt(reader, reader.require(['tfdt'], traf.bodyStart, traf.end));
  const samples: SoundSample[] = [];
  for (const trun of reader.boxes(traf.bodyStart, traf.end)) {
    if (trun.type !== 'trun') continue;
    const present = reader.u32(trun.bodyStart) & 0xffffff;
    if ((present & 0x1) === 0) throw new MediaError('a trun box without a data offset', trun.start);
    const count = reader.u32(trun.bodyStart + 4);
    let dataAt = reader.require(['moof'], 0, bytes.length).start + reader.i32(trun.bodyStart + 8);
    let at = trun.bodyStart + (present & 0x4 ? 16 : 12);
    for (let index = 0; index < count && at <= trun.end; index += 1) {
      const durationTicks = present & 0x100 ? reader.u32(at) : defaults.durationTicks;
      if (present & 0x100) at += 4;
      const sizeBytes = present & 0x200 ? reader.u32(at) : defaults.sizeBytes;
      if (present & 0x200) at += 4;
      at += (present & 0x400 ? 4 : 0) + (present & 0x800 ? 4 : 0);
      if (dataAt < 0 || sizeBytes === 0 || dataAt + sizeBytes > bytes.length)
        throw new MediaError('a sample outside its fragment', trun.start);
      samples.push({ startTicks, durationTicks, bytes: bytes.subarray(dataAt, dataAt + sizeBytes) });
      dataAt += sizeBytes;
      startTicks += durationTicks;
    }
  }
  return samples;
}

/** What an AAC decoder has to be told beforehand: the AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). Throws `MediaError`. */
export function readSoundConfig(initBytes: Uint8Array): Uint8Array {
  const reader = new BoxReader(initBytes);
  const path = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'];
  const stsd = reader.require(path, 0, initBytes.length);
  const [entry] = reader.boxes(stsd.bodyStart + 8, stsd.end);
  if (entry === undefined) throw new MediaError('no sample entry', stsd.start);
  const { start, end } = decoderInfo(reader, reader.require(['esds'], entry.bodyStart + 28, entry.end));
  return initBytes.slice(start, end);
}
