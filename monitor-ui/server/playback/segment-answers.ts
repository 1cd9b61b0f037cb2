import { Readable } from 'node:stream';
import type { Response } from 'express';
import type { FootagePlace } from '../catalogue/index.ts';
import { ProblemError } from '../problem/index.ts';
import { byteRange } from './byte-range.ts';
import type { ByteSpan, FootageBytes } from './footage-bytes.ts';
import { sendFootage } from './send-footage.ts';
import { ShiftedFragments } from './shifted-fragments.ts';
import type { WorkingCopies } from './working-copies.ts';

interface Wanted {
  /** `piece.bytes` is how much of it is meant. */
  readonly place: FootagePlace;
  readonly response: Response;
  readonly signal: AbortSignal;
  /** Called with the bytes of the segment that are about to leave, once they are there. What it throws is the answer. */
  readonly onGiven: (span: ByteSpan) => void;
}

interface PartWanted extends Wanted {
  readonly part: 'init' | 'media';
  /** Added to every decode time. */
  readonly shiftTicks: number;
}

/** The bytes as they are stored: what was hashed. */
export async function sendSegment(
  bytes: FootageBytes,
  {
    place,
    response,
    signal,
    onGiven,
    range,
    immutable,
  }: Wanted & { readonly range: string | undefined; readonly immutable: boolean },
): Promise<void> {
  const sizeBytes = place.piece.bytes;
  const asked = byteRange(range, sizeBytes);
  if (asked === 'unsatisfiable') {
    throw new ProblemError(416, 'range', 'The range lies outside the segment.', {
      headers: { 'Content-Range': `bytes */${sizeBytes}` },
    });
  }
  const span = asked === 'whole' ? { firstByte: 0, lastByte: sizeBytes - 1 } : asked;
  const body = await bytes.open(place, span, signal);
  given(body, () => onGiven(span));
  await sendFootage(
    response,
    {
      status: asked === 'whole' ? 200 : 206,
      contentType: containerOf(place),
      immutable,
      headers: {
        'Accept-Ranges': 'bytes',
        'Content-Length': span.lastByte - span.firstByte + 1,
        ...(asked === 'whole'
          ? {}
          : { 'Content-Range': `bytes ${span.firstByte}-${span.lastByte}/${sizeBytes}` }),
      },
    },
    body,
  );
}

/** The same footage moved in time, for renditions that share a timeline. Lengths do not change. */
export async function sendShifted(
  bytes: FootageBytes,
  { place, response, signal, onGiven, part, shiftTicks }: PartWanted,
): Promise<void> {
  const { initBytes, bytes: sizeBytes } = place.piece;
  const span =
    part === 'init'
      ? { firstByte: 0, lastByte: initBytes - 1 }
      : { firstByte: initBytes, lastByte: sizeBytes - 1 };
  const body = await bytes.open(place, span, signal);
  given(body, () => onGiven(span));
  const headers = { 'Content-Length': span.lastByte - span.firstByte + 1 };
  const answer = { status: 200, contentType: containerOf(place), immutable: true, headers } as const;
  await sendFootage(response, answer, body, shiftTicks === 0 ? undefined : new ShiftedFragments(shiftTicks));
}

/** An H.264 copy, said to be one. */
export async function sendCopy(
  copies: WorkingCopies,
  { place, response, onGiven, part, shiftTicks }: PartWanted,
): Promise<void> {
  const body = Readable.from(part === 'init' ? [await copies.init(place)] : await copies.fragments(place));
  const { initBytes, bytes } = place.piece;
  if (part === 'media') given(body, () => onGiven({ firstByte: initBytes, lastByte: bytes - 1 }));
  const answer = {
    status: 200,
    contentType: 'video/mp4',
    immutable: true,
    headers: { 'X-Minhbach-Working-Copy': 'h264' },
  } as const;
  await sendFootage(response, answer, body, shiftTicks === 0 ? undefined : new ShiftedFragments(shiftTicks));
}

/** Footage that cannot be written down is not given out. */
function given(body: Readable, note: () => void): void {
  try {
    note();
  } catch (error) {
    body.destroy();
    throw error;
  }
}

function containerOf(place: FootagePlace): string {
  return place.piece.mime.startsWith('audio/') ? 'audio/mp4' : 'video/mp4';
}
