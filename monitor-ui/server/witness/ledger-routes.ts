import { z } from 'zod';
import { consistencyProof, inclusionProof, parseNote } from '@minhbach/shared/ledger';
import {
  checkpointSchema,
  ledgerProofSchema,
  ledgerSchema,
  listOf,
  type CheckpointAnswer,
  type Ledger,
} from '@minhbach/shared/protocol';
import type { Actor } from '../access/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput, conflict } from '../problem/index.ts';
import { foundLedger, foundLedgers, type FoundLedger, type ShownLedgers } from './found-ledgers.ts';
import type { LedgerTrees, StoredHead } from './ledger-trees.ts';

const params = z.strictObject({ id: z.uuid() });
const generationSchema = z.coerce.number().int().min(0).max(1_000_000).optional();
const seqSchema = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

/** Ledgers' heads and proofs, for whoever checks this monitor and its recorders. No footage, no people. */
export function ledgerRoutes(parts: ShownLedgers): readonly Route[] {
  const { trees } = parts;
  const find = (actor: Actor, id: string, generation?: number) => foundLedger(parts, actor, id, generation);
  return [
    defineRoute({
      method: 'get',
      path: '/ledgers',
      action: 'ledgers.read',
      summary: 'The ledgers this monitor holds, with their newest heads.',
      answer: { status: 200, schema: listOf(ledgerSchema) },
      handle: ({ actor }) => ({ items: foundLedgers(parts, actor).map((ledger) => shown(ledger, trees)) }),
    }),
    defineRoute({
      method: 'get',
      path: '/ledgers/{id}',
      action: 'ledgers.read',
      summary: 'One ledger.',
      params,
      answer: { status: 200, schema: ledgerSchema },
      handle: ({ actor, params: { id } }) => shown(find(actor, id), trees),
    }),
    defineRoute({
      method: 'get',
      path: '/ledgers/{id}/checkpoint',
      action: 'ledgers.read',
      summary: 'The newest head of a ledger as a signed note, with the signatures of its witnesses.',
      params,
      query: z.strictObject({ generation: generationSchema }),
      answer: { status: 200, schema: checkpointSchema },
      handle({ actor, params: { id }, query }): CheckpointAnswer {
        const { origin } = find(actor, id, query.generation);
        const head = trees.latest(origin);
        if (head === undefined) throw conflict('no-head', 'No head of this ledger has been signed yet.');
        return { ...headOf(origin, head), note: head.note };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ledgers/{id}/proof',
      action: 'ledgers.read',
      summary: 'That an entry is under the newest head, or that this head extends an older one.',
      params,
      query: z.strictObject({ generation: generationSchema, seq: seqSchema, fromSize: seqSchema }),
      answer: { status: 200, schema: ledgerProofSchema },
      handle({ actor, params: { id }, query }) {
        const { origin, texts } = find(actor, id, query.generation);
        const head = trees.latest(origin);
        if (head === undefined) throw conflict('no-head', 'No head of this ledger has been signed yet.');
        const tree = trees.grown(origin, head.size, texts);
        const { seq, fromSize } = query;
        if (seq !== undefined && seq >= head.size)
          throw badInput('/query/seq', 'below-head', { count: head.size });
        if (fromSize !== undefined && fromSize > head.size)
          throw badInput('/query/fromSize', 'at-most-head', { count: head.size });
        const [text = ''] = seq === undefined ? [] : texts(seq, 1);
        return {
          origin,
          size: head.size,
          ...(seq === undefined
            ? {}
            : { entry: { text, path: inclusionProof(tree, seq, head.size).map(base64) } }),
          ...(fromSize === undefined
            ? {}
            : { consistency: consistencyProof(tree, fromSize, head.size).map(base64) }),
        };
      },
    }),
  ];
}

function shown(
  { id, kind, name, generation, origin, size, publicKey }: FoundLedger,
  trees: LedgerTrees,
): Ledger {
  const head = trees.latest(origin);
  return {
    ...{ id, kind, generation, size },
    ...(name === undefined ? {} : { name }),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(head === undefined ? {} : { head: headOf(origin, head) }),
  };
}

function headOf(origin: string, { size, root, signedAt, note }: StoredHead) {
  return { origin, size, root, signedAt, signedBy: parseNote(note).signatures.map(({ name }) => name) };
}

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64');
