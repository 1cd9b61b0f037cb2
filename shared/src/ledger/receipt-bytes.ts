import type { ProofSubject } from '../protocol/index.ts';
import type { RecorderId, UtcMs } from '../units-of-measure/index.ts';
import { canonicalJson } from './canonical-json.ts';

/** What a monitor signs when it has read an object back: the exact version it fetched, and what it then hashed. */
export function receiptBytes(of: {
  readonly recorderId: RecorderId;
  readonly subject: Omit<ProofSubject, 'segmentId'>;
  readonly at: UtcMs;
}): Uint8Array {
  const { key, versionId, sha256, sizeBytes } = of.subject;
  const facts = { recorderId: of.recorderId, key, versionId, sha256, sizeBytes, at: of.at };
  return new TextEncoder().encode(canonicalJson(facts));
}
