import { LedgerError } from './ledger-error.ts';

/** The longest entry a bundle can carry, in bytes. */
export const maxEntryBytes = 0xffff;

/** Entries one after the other, each behind its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
export function entryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((bytes, entry) => bytes + 2 + entry.length, 0));
  const view = new DataView(bundle.buffer);
  let offset = 0;
  for (const entry of entries) {
    if (entry.length > maxEntryBytes) {
      throw new LedgerError(
        'malformed',
        `an entry of ${entry.length} bytes is longer than a bundle can carry`,
      );
    }
    view.setUint16(offset, entry.length);
    bundle.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bundle;
}

/** The entries of a bundle. Throws `malformed` when it ends within one. */
export function entriesOfBundle(bundle: Uint8Array): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  for (let offset = 0; offset < bundle.length;) {
    const end = offset + 2 <= bundle.length ? offset + 2 + view.getUint16(offset) : Number.POSITIVE_INFINITY;
    if (end > bundle.length) {
      throw new LedgerError('malformed', `the bundle ends within entry ${entries.length}`);
    }
    entries.push(bundle.subarray(offset + 2, end));
    offset = end;
  }
  return entries;
}
