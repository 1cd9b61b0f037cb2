import { z } from 'zod';
import {
  listOf,
  transactionQuerySchema,
  transactionSchema,
  transactionsInputSchema,
  transactionsNotedSchema,
  type TransactionInput,
} from '@minhbach/shared/protocol';
import { transactionIdSchema, type SiteId, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { Actor, Places, Sight } from '../access/index.ts';
import { defineRoute, pageOf, type Route } from '../http/index.ts';
import { badInputOf, notFound } from '../problem/index.ts';
import { faultOfTimes } from './transaction-times.ts';
import type { Noted, TransactionBook } from './transaction-book.ts';
import type { Transactions } from './transactions.ts';

const cursorSchema = z
  .string()
  .regex(/^\d{1,16}_[0-9a-f-]{36}$/, 'a cursor is what the page before answered')
  .transform((cursor) => {
    const [startedAt = '0', id = ''] = cursor.split('_');
    return { startedAt: Number(startedAt), id };
  });
const query = transactionQuerySchema.extend({ cursor: cursorSchema.optional() });
const params = z.strictObject({ id: transactionIdSchema });
type Body = z.output<typeof transactionsInputSchema>;

export function transactionRoutes({
  transactions,
  book,
  sight,
  places,
}: {
  readonly transactions: Transactions;
  readonly book: TransactionBook;
  readonly sight: Sight;
  readonly places: Places;
}): readonly Route[] {
  const requireOfSite = (counterId: string, siteId: SiteId): void => {
    if (places.counter(counterId)?.siteId !== siteId) throw notFound('counter');
  };
  const requireSeen = (actor: Actor, counterId: string): void => {
    sight.requireCounter(actor, counterId);
  };
  return [
    defineRoute({
      method: 'get',
      path: '/transactions',
      action: 'transactions.read',
      summary:
        'Services found by ticket or dossier code, or those of a counter within 31 days; every search is in the audit.',
      query,
      answer: { status: 200, schema: listOf(transactionSchema) },
      handle({ actor, query: { cursor: before, limit, ...sought } }) {
        transactions.requireSearch(actor, sought);
        return pageOf(
          limit,
          (rows) => transactions.list(actor, { ...sought, before, limit: rows }),
          (found) => `${found.startedAt}_${found.id}`,
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/transactions/{id}',
      action: 'transactions.read',
      summary: 'One service; its official only for a supervisor or with a case that covers it.',
      params,
      query: z.strictObject({ caseId: z.uuid().optional() }),
      answer: { status: 200, schema: transactionSchema },
      handle: ({ actor, params: { id }, query: { caseId } }) => transactions.find(actor, id, caseId),
    }),
    defineRoute({
      method: 'post',
      path: '/transactions',
      action: 'transactions.note',
      summary:
        'Notes one service, or up to 200 as items. Told again, by counter, ticket and start, it is the same one.',
      body: transactionsInputSchema,
      answer: { status: 201, schema: transactionsNotedSchema },
      handle({ actor, body, now }) {
        const inputs = checked(body, now, (counterId) => requireSeen(actor, counterId));
        return answerOf(body, book.note(inputs, { personId: actor.person.id }, now));
      },
      handleWithKey({ holder, body, now }) {
        const inputs = checked(body, now, (counterId) => requireOfSite(counterId, holder.siteId));
        return answerOf(body, book.note(inputs, { apiKeyId: holder.apiKeyId }, now));
      },
    }),
  ];
}

function checked(
  body: Body,
  now: UtcMs,
  requireCounter: (counterId: string) => void,
): readonly TransactionInput[] {
  const inputs = 'items' in body ? body.items : [body];
  for (const [index, input] of inputs.entries()) {
    requireCounter(input.counterId);
    const fault = faultOfTimes(input, now);
    const at = 'items' in body ? `/items/${index}` : '';
    if (fault !== undefined) throw badInputOf({ ...fault, pointer: `${at}${fault.pointer}` });
  }
  return inputs;
}

function answerOf(body: Body, { ids }: Noted): z.input<typeof transactionsNotedSchema> {
  if ('items' in body) return { items: ids.map((id) => ({ id })) };
  const [id] = ids;
  if (id === undefined) throw new Error('a transaction was noted without an id');
  return { id };
}
