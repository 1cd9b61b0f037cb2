import { canonicalJson } from '@minhbach/shared/ledger';
import type { RecorderEntry } from '@minhbach/shared/protocol';

/** RFC 8785 text of an entry: what its leaf hash is of, so the recorder writes the very same. */
export function canonicalEntryText(entry: RecorderEntry): string {
  return canonicalJson(entry);
}
