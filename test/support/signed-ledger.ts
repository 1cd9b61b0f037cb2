import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { LedgerExtract } from '@minhbach/shared/evidence';
import {
  checkpointText,
  formatNote,
  inclusionProof,
  leafHash,
  signNoteText,
  TiledTree,
  verifierKey,
  type NoteSigner,
  type SignatureKind,
} from '@minhbach/shared/ledger';

/** Entries of a whole generation under a head that recorder and witness signed. */
export function signedExtract(of: {
  readonly texts: readonly string[];
  /** Which of them the extract carries. */
  readonly seqs: readonly number[];
  readonly recorderId: LedgerExtract['recorderId'];
  readonly generation: number;
  readonly recorder: NoteSigner;
  readonly witness: NoteSigner;
  readonly atUnixS: number;
}): LedgerExtract {
  const { texts, seqs, recorderId, generation, recorder, witness, atUnixS } = of;
  const leaves = texts.map((text) => leafHash(Buffer.from(text)));
  const tree = TiledTree.of(leaves);
  const origin = recorder.key.name;
  const text = checkpointText({ origin, size: leaves.length, root: tree.root() });
  return {
    recorderId,
    generation,
    publicKey: base64url(recorder.key.publicKey),
    checkpoint: formatNote({
      text,
      signatures: [recorder, witness].map((by) => signNoteText(text, by, atUnixS)),
    }),
    entries: seqs.map((seq) => ({
      text: texts[seq] ?? '',
      proof: inclusionProof(tree, seq, leaves.length).map((hash) => Buffer.from(hash).toString('base64')),
    })),
  };
}

export function newSigner(name: string, kind: SignatureKind): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: verifierKey(name, kind, rawKey(publicKey)), privateKey };
}

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function rawKey(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
}
