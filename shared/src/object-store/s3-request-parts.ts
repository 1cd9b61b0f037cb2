import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Sha256Hex, UtcMs } from '../units-of-measure/index.ts';
import type { Pace, RetentionMode } from './object-store.ts';

/** AWS wants one of these with locks. The first costs nothing, since the digest is known. */
export function checksumHeaders(of: {
  readonly body: Buffer;
  readonly sha256: Sha256Hex;
  readonly needsMd5: boolean;
}): Record<string, string> {
  if (of.needsMd5) return { 'content-md5': md5Base64(of.body) };
  const base64 = Buffer.from(of.sha256, 'hex').toString('base64');
  return { 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': base64 };
}

export function lockHeaders(until: UtcMs, mode: RetentionMode = 'compliance'): Record<string, string> {
  return {
    'x-amz-object-lock-mode': mode.toUpperCase(),
    'x-amz-object-lock-retain-until-date': new Date(until).toISOString(),
  };
}

export function md5Base64(body: Buffer): string {
  return createHash('md5').update(body).digest('base64');
}

/** As signature version 4 wants it: everything but unreserved characters. */
function escapeQuery(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function versionOf(response: Pick<IncomingMessage, 'headers'>): { versionId?: string } {
  const versionId = response.headers['x-amz-version-id'];
  return typeof versionId === 'string' && versionId !== '' && versionId !== 'null' ? { versionId } : {};
}

/** `name=value&flag`, values escaped, `undefined` left out. S3 signs a query sorted by name: give it sorted. */
export function queryString(query: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [value === '' ? name : `${name}=${escapeQuery(value)}`],
    )
    .join('&');
}

/** The body piece by piece, each once it is paid for. Ends with the error of `pace` when `signal` aborts. */
export function pacedBody(body: Buffer, pace: Pace, signal: AbortSignal): Readable {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < body.length; at += pace.pieceBytes) {
      const piece = body.subarray(at, at + pace.pieceBytes);
      await pace.take(piece.length, signal);
      yield piece;
    }
  }
  return Readable.from(pieces(), { objectMode: false, highWaterMark: 1 });
}
