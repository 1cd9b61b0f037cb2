import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ExportId } from '@minhbach/shared/units-of-measure';
import type { Request, Response } from 'express';
import { byteRange } from '../playback/index.ts';

export interface SentPackage {
  readonly id: ExportId;
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Of what is asked for of it, the first byte. */
export function firstByteAsked(request: Request, sizeBytes: number): number {
  const range = byteRange(request.headers.range, sizeBytes);
  return typeof range === 'string' ? 0 : range.firstByte;
}

/** The package or the part of it asked for; never kept by what lies between. Ends early when `signal` aborts. */
export async function sendPackage(
  request: Request,
  response: Response,
  { id, file, sizeBytes, sha256 }: SentPackage,
  signal: AbortSignal,
): Promise<void> {
  const range = byteRange(request.headers.range, sizeBytes);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Cache-Control', 'private, no-store');
  response.setHeader('ETag', `"${sha256}"`);
  if (range === 'unsatisfiable') {
    response.status(416).setHeader('Content-Range', `bytes */${sizeBytes}`).end();
    return;
  }
  const span = range === 'whole' ? { firstByte: 0, lastByte: sizeBytes - 1 } : range;
  if (range !== 'whole') {
    response.status(206);
    response.setHeader('Content-Range', `bytes ${span.firstByte}-${span.lastByte}/${sizeBytes}`);
  }
  response.setHeader('Content-Type', 'application/zip');
  response.setHeader('Content-Disposition', `attachment; filename="minh-bach-${id}.zip"`);
  response.setHeader('Content-Length', span.lastByte - span.firstByte + 1);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const stream = createReadStream(file, { start: span.firstByte, end: span.lastByte });
  // A caller who leaves in the middle needs no answer.
  await pipeline(stream, response, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
