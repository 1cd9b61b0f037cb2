import type { ByteSpan } from './footage-bytes.ts';

/**
 * What a `Range` header asks of `sizeBytes` bytes (RFC 9110 §14). `whole` also for several ranges and for units we do
 * not know, as the RFC allows; `unsatisfiable` is a 416.
 */
export function byteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteSpan | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { firstByte: sizeBytes - length, lastByte: sizeBytes - 1 };
  }
  const firstByte = Number(first);
  const lastByte = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < firstByte) return 'whole';
  return firstByte >= sizeBytes ? 'unsatisfiable' : { firstByte, lastByte };
}
