import { BoxReader } from './box-reader.ts';
import { fragmentDefaults, onlyTraf } from './fragment.ts';
import type { InitSegment } from './init-segment.ts';

const moofType = 0x6d6f6f66;
const boxHeaderBytes = 8;

/** Bytes of a fragment's samples, without the boxes around them. Two reads, because every fragment passes here. */
export function payloadBytes(fragment: Uint8Array): number {
  if (fragment.length < 2 * boxHeaderBytes || u32(fragment, 4) !== moofType) return fragment.length;
  return Math.max(0, fragment.length - u32(fragment, 0) - boxHeaderBytes);
}

function u32(bytes: Uint8Array, at: number): number {
  const byte = (index: number) => bytes[at + index] ?? 0;
  return byte(0) * 2 ** 24 + byte(1) * 2 ** 16 + byte(2) * 2 ** 8 + byte(3);
}

/**
 * The first sample of a fragment of the track `init` describes, a view of its bytes; `undefined` when it does not lie
 * within them. Offsets are from the `moof`, as `default-base-is-moof` has it. Throws `MediaError` for what is no fragment.
 */
export function firstSample(fragment: Uint8Array, init: InitSegment): Uint8Array | undefined {
  const reader = new BoxReader(fragment);
  const traf = onlyTraf(reader);
  const tfhd = reader.require(['tfhd'], traf.bodyStart, traf.end);
  const trun = reader.require(['trun'], traf.bodyStart, traf.end);
  const present = reader.u32(trun.bodyStart) & 0xffffff;
  if ((present & 0x1) === 0 || reader.u32(trun.bodyStart + 4) === 0) return undefined;
  const start = reader.require(['moof'], 0, fragment.length).start + reader.i32(trun.bodyStart + 8);
  const sizeAt = trun.bodyStart + (present & 0x4 ? 16 : 12) + (present & 0x100 ? 4 : 0);
  const sizeBytes = present & 0x200 ? reader.u32(sizeAt) : fragmentDefaults(reader, tfhd, init).sizeBytes;
  if (start < 0 || sizeBytes === 0 || start + sizeBytes > fragment.length) return undefined;
  return fragment.subarray(start, start + sizeBytes);
}
