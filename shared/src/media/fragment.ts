import { BoxReader, type Box } from './box-reader.ts';
import type { InitSegment } from './init-segment.ts';
import { MediaError } from './media-error.ts';

export interface Fragment {
  /** Decode time of the first sample, in ticks of the init segment's timescale. */
  readonly tfdt: number;
  readonly durationTicks: number;
  readonly samples: number;
  /** Decodable without what came before. Always true for sound. */
  readonly startsWithKeyframe: boolean;
  /** Decode times of the keyframes (picture only). */
  readonly keyframeTicks: readonly number[];
}

const nonSyncFlag = 0x10000;
const maxSamples = 100_000;

/** Reads one `moof` + `mdat` of the track `init` describes (ISO/IEC 14496-12 §8.8). Throws `MediaError`. */
export function readFragment(bytes: Uint8Array, init: InitSegment): Fragment {
  const reader = new BoxReader(bytes);
  const traf = onlyTraf(reader);
  const tfhd = reader.require(['tfhd'], traf.bodyStart, traf.end);
  if (reader.u32(tfhd.bodyStart + 4) !== init.trackId)
    throw new MediaError('a fragment of another track', tfhd.start);
  const defaults = fragmentDefaults(reader, tfhd, init);
  const tfdt = readTfdt(reader, reader.require(['tfdt'], traf.bodyStart, traf.end));
  let durationTicks = 0;
  let samples = 0;
  let startsWithKeyframe = false;
  const keyframeTicks: number[] = [];
  let trun: Box;
  for (let from = traf.bodyStart; from < traf.end; from = trun.end) {
    trun = reader.boxAt(from, traf.end);
    if (trun.type !== 'trun') continue;
    const present = reader.u32(trun.bodyStart) & 0xffffff;
    const count = reader.u32(trun.bodyStart + 4);
    let at = trun.bodyStart + 8;
    if (present & 0x1) at += 4;
    let firstFlags: number | undefined;
    if (present & 0x4) {
      firstFlags = reader.u32(at);
      at += 4;
    }
    const fields =
      ((present >> 8) & 1) + ((present >> 9) & 1) + ((present >> 10) & 1) + ((present >> 11) & 1);
    if (samples + count > maxSamples || at + count * fields * 4 > trun.end) {
      throw new MediaError(`${count} samples do not fit into a trun box`, trun.start);
    }
    for (let index = 0; index < count; index += 1) {
      let duration = defaults.durationTicks;
      let flags = index === 0 && firstFlags !== undefined ? firstFlags : defaults.flags;
      if (present & 0x100) {
        duration = reader.u32(at);
        at += 4;
      }
      if (present & 0x200) at += 4;
      if (present & 0x400) {
        flags = reader.u32(at);
        at += 4;
      }
      if (present & 0x800) at += 4;
      if (init.trackKind === 'picture' && (flags & nonSyncFlag) === 0) {
        keyframeTicks.push(tfdt + durationTicks);
        if (samples === 0 && index === 0) startsWithKeyframe = true;
      }
      durationTicks += duration;
    }
    samples += count;
  }
  if (samples === 0) throw new MediaError('a fragment without samples', traf.start);
  if (!Number.isSafeInteger(tfdt + durationTicks)) throw new MediaError('a time too large', traf.start);
  return {
    tfdt,
    durationTicks,
    samples,
    startsWithKeyframe: init.trackKind === 'sound' || startsWithKeyframe,
    keyframeTicks,
  };
}

/** Adds `deltaTicks` to the fragment's decode time, in place. Throws `MediaError` when the sum does not fit. */
export function shiftTfdt(bytes: Uint8Array, deltaTicks: number): void {
  const reader = new BoxReader(bytes);
  const traf = onlyTraf(reader);
  const tfdt = reader.require(['tfdt'], traf.bodyStart, traf.end);
  const value = readTfdt(reader, tfdt) + deltaTicks;
  const wide = reader.u8(tfdt.bodyStart) === 1;
  if (!Number.isSafeInteger(value) || value < 0 || (!wide && value >= 2 ** 32)) {
    throw new MediaError(`a decode time of ${value} does not fit`, tfdt.start);
  }
  if (wide) reader.setU32(tfdt.bodyStart + 4, Math.floor(value / 2 ** 32));
  reader.setU32(tfdt.bodyStart + (wide ? 8 : 4), value % 2 ** 32);
}

export function onlyTraf(reader: BoxReader): Box {
  const moof = reader.require(['moof'], 0, reader.bytes.length);
  const traf = reader.require(['traf'], moof.bodyStart, moof.end);
  if (reader.find('traf', traf.end, moof.end) !== undefined) {
    throw new MediaError('two track fragments where one was due', traf.end);
  }
  return traf;
}

export function readTfdt(reader: BoxReader, tfdt: Box): number {
  return reader.u8(tfdt.bodyStart) === 1 ? reader.u64(tfdt.bodyStart + 4) : reader.u32(tfdt.bodyStart + 4);
}

export function fragmentDefaults(reader: BoxReader, tfhd: Box, init: InitSegment) {
  const present = reader.u32(tfhd.bodyStart) & 0xffffff;
  let at = tfhd.bodyStart + 8;
  if (present & 0x1) at += 8;
  if (present & 0x2) at += 4;
  let durationTicks = init.defaultDurationTicks;
  if (present & 0x8) {
    durationTicks = reader.u32(at);
    at += 4;
  }
  let sizeBytes = init.defaultSizeBytes;
  if (present & 0x10) {
    sizeBytes = reader.u32(at);
    at += 4;
  }
  const flags = present & 0x20 ? reader.u32(at) : init.defaultFlags;
  return { durationTicks, sizeBytes, flags };
}
