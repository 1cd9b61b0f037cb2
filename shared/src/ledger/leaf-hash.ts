import { sha256HexSchema, type Sha256Hex } from '../units-of-measure/index.ts';
import { leafHash } from './merkle-hash.ts';

/** RFC 6962 leaf hash of a ledger entry in its canonical text, as hex. */
export function entryLeafHash(canonicalText: string): Sha256Hex {
  return sha256HexSchema.parse(Buffer.from(leafHash(Buffer.from(canonicalText))).toString('hex'));
}
