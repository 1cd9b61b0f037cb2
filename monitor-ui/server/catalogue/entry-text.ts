import type { RecorderEntry } from '@minhbach/shared/protocol';

/**
 * RFC 8785 text of an entry. Entries are flat, with integers, strings, booleans and arrays of integers only, for which
 * sorted keys and ECMAScript's own number and string forms are all that the RFC asks.
 */
export function canonicalEntryText(entry: RecorderEntry): string {
  const sorted = Object.entries(entry)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted));
}
