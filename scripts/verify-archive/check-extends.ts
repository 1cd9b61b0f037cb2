import { buffer } from 'node:stream/consumers';
import {
  checkedSignatures,
  entriesOfBundle,
  leafHash,
  LedgerError,
  MerkleRoot,
  parseCheckpoint,
  parseNote,
  tileWidth,
} from '@minhbach/shared/ledger';
import type { Trust } from '@minhbach/shared/evidence';
import { ledgerPlace, type ObjectStore } from '@minhbach/shared/object-store';
import { listLedgers } from './listed-ledger.ts';
import { TrustedSigners } from './trusted-signers.ts';

export type ExtendsAnswer =
  | {
      readonly verdict: 'extends' | 'untrusted';
      readonly origin: string;
      readonly size: number;
      readonly entries: number;
    }
  | { readonly verdict: 'differs'; readonly origin: string; readonly detail: string }
  | { readonly verdict: 'unusable'; readonly detail: string };

/** Whether the ledger in the archive still begins with everything that a checkpoint saved elsewhere was over. */
export async function checkExtends(
  store: ObjectStore,
  noteText: string,
  trust: Trust,
  signal: AbortSignal,
): Promise<ExtendsAnswer> {
  let head;
  let signed;
  const signers = new TrustedSigners(trust);
  try {
    const note = parseNote(noteText);
    head = parseCheckpoint(note.text);
    const author = signers.author(head.origin);
    signed = checkedSignatures(note, [...(author ? [author] : []), ...signers.witnesses]).length > 0;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { verdict: 'unusable', detail: `the checkpoint cannot be used: ${error.message}` };
  }
  const { origin, size } = head;
  const place = ledgerPlace(origin);
  if (place === undefined) return { verdict: 'unusable', detail: `${origin} names no ledger of ours` };
  const ledger = (await listLedgers(store, place, signal)).find((listed) => listed.origin === origin);
  if (ledger === undefined) return { verdict: 'differs', origin, detail: 'the ledger is not there' };
  const root = new MerkleRoot();
  for (let index = 0; root.size < size; index += 1) {
    signal.throwIfAborted();
    const bundle = ledger.bundles.get(index);
    if (bundle === undefined)
      return {
        verdict: 'differs',
        origin,
        detail: `only ${root.size} entries are there of the ${size} it was over`,
      };
    const texts = entriesOf(await buffer(await store.get(bundle.key, { signal })));
    if (texts === undefined) return { verdict: 'differs', origin, detail: `${bundle.key} holds no entries` };
    for (const text of texts.slice(0, size - root.size)) root.appendHash(leafHash(text));
    if (texts.length < tileWidth && root.size < size)
      return {
        verdict: 'differs',
        origin,
        detail: `only ${root.size} entries are there of the ${size} it was over`,
      };
  }
  if (!Buffer.from(root.root()).equals(head.root))
    return {
      verdict: 'differs',
      origin,
      detail: `its first ${size} entries are not those of the checkpoint`,
    };
  const entries = [...ledger.bundles].reduce((sum, [, { width }]) => sum + width, 0);
  return { verdict: signed ? 'extends' : 'untrusted', origin, size, entries };
}

function entriesOf(body: Uint8Array): Uint8Array[] | undefined {
  try {
    return entriesOfBundle(body);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return undefined;
  }
}
