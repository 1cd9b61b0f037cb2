import { z } from 'zod';
import {
  checkedSignatures,
  formatNote,
  LedgerError,
  parseCheckpoint,
  parseNote,
  withSignature,
  type SignedNote,
  type VerifierKey,
} from '@minhbach/shared/ledger';
import { cosignatureInputSchema, ledgerEntriesSchema, maxLedgerEntries } from '@minhbach/shared/protocol';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput, badInputOf, conflict } from '../problem/index.ts';
import { foundLedger, type ShownLedgers } from './found-ledgers.ts';

const params = z.strictObject({ id: z.uuid() });
const generation = z.coerce.number().int().min(0).max(1_000_000).optional();

/** For a witness elsewhere: copies of the entries, and the way back for its signatures. */
export function ledgerCopyRoutes(
  parts: ShownLedgers & { readonly outside: readonly VerifierKey[] },
): readonly Route[] {
  const { trees, outside } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/ledgers/{id}/entries',
      action: 'ledgers.read',
      summary: 'Entries of a ledger as they were hashed, for whoever keeps a copy. No footage, no people.',
      params,
      query: z.strictObject({
        generation,
        from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
        limit: z.coerce.number().int().min(1).max(maxLedgerEntries).default(maxLedgerEntries),
      }),
      answer: { status: 200, schema: ledgerEntriesSchema },
      handle({ actor, params: { id }, query }) {
        const { origin, texts } = foundLedger(parts, actor, id, query.generation);
        return { origin, from: query.from, entries: [...texts(query.from, query.limit)] };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/ledgers/{id}/cosignatures',
      action: 'ledgers.cosign',
      summary:
        'Adds the signature of a witness elsewhere, whose key the settings name, to a head that is kept here.',
      params,
      query: z.strictObject({ generation }),
      body: cosignatureInputSchema,
      answer: { status: 204, schema: 'none' },
      handle({ actor, params: { id }, query, body }) {
        const { origin } = foundLedger(parts, actor, id, query.generation);
        const { given, size, cosigners } = read(body.note, outside);
        const head = trees.head(origin, size);
        const kept = head && parseNote(head.note);
        if (kept?.text !== given.text)
          throw conflict('no-such-head', 'No such head of this ledger is kept here.');
        const added = given.signatures.filter(({ name, keyId }) =>
          cosigners.some((key) => key.name === name && key.keyId === keyId),
        );
        trees.setNote(origin, size, formatNote(added.reduce<SignedNote>(withSignature, kept)));
      },
    }),
  ];
}

/** Which of the witnesses known here truly signed it. */
function read(note: string, outside: readonly VerifierKey[]) {
  try {
    const given = parseNote(note);
    const { size } = parseCheckpoint(given.text);
    const cosigners = checkedSignatures(given, outside).map(({ key }) => key);
    if (cosigners.length === 0) throw badInput('/note', 'witness-signature');
    return { given, size, cosigners };
  } catch (error) {
    if (error instanceof LedgerError)
      throw badInputOf({ pointer: '/note', message: error.message, rule: 'signed-note' });
    throw error;
  }
}
