import { BoxReader } from './box-reader.ts';
import type { PictureInit } from './init-segment.ts';

const lengthBytes = 4;
/** Parameter sets come before the first slice; more units than this before it, and nobody looks further. */
const maxUnits = 16;

/**
 * What the first picture of a fragment says of its own format: its sequence parameter sets as hexadecimal text, or `undefined` when it carries none. Two that differ are two formats; a decoder that was given the
 * init segment of the one cannot be relied on for the other. Units are taken to be behind 4-byte lengths, as ffmpeg writes.
 */
export function parameterSetsIn(fragment: Uint8Array, { codec }: PictureInit): string | undefined {
  const reader = new BoxReader(fragment);
  const mdat = reader.find('mdat', 0, fragment.length);
  if (mdat === undefined) return undefined;
  const isH265 = /^h[ev][cv]1/.test(codec);
  const found: string[] = [];
  let at = mdat.bodyStart;
  for (let unit = 0; unit < maxUnits && at + lengthBytes < mdat.end; unit += 1) {
    const start = at + lengthBytes;
    const end = start + reader.u32(at);
    if (end <= start || end > mdat.end) break;
    const kind = isH265 ? h265Kind(reader.u8(start)) : h264Kind(reader.u8(start));
    if (kind === 'slice') break;
    if (kind === 'parameters') found.push(hexOf(fragment.subarray(start, end)));
    at = end;
  }
  return found.length === 0 ? undefined : found.join(' ');
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type UnitKind = 'parameters' | 'slice' | 'other';

/** ITU-T H.264, table 7-1. */
function h264Kind(header: number): UnitKind {
  const type = header & 31;
  if (type === 7) return 'parameters';
  return type >= 1 && type <= 5 ? 'slice' : 'other';
}

/** ITU-T H.265, table 7-1. */
function h265Kind(header: number): UnitKind {
  const type = (header >> 1) & 63;
  if (type === 33) return 'parameters';
  return type < 32 ? 'slice' : 'other';
}
