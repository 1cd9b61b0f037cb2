import { z } from 'zod';
import { transactionsImportedSchema } from '@minhbach/shared/protocol';
import { siteIdSchema, type SiteId } from '@minhbach/shared/units-of-measure';
import type { Sight } from '../access/index.ts';
import { defineRoute, type Route } from '../http/index.ts';
import { ProblemError } from '../problem/index.ts';
import type { TransactionBook } from './transaction-book.ts';
import { rowsOfCsv, type NamedCounter } from './transaction-import.ts';

export interface ImportParts {
  readonly book: TransactionBook;
  readonly sight: Sight;
  readonly countersOf: (siteId: SiteId) => readonly NamedCounter[];
}

export function importRoute({ book, sight, countersOf }: ImportParts): Route {
  return defineRoute({
    method: 'post',
    path: '/transactions/import',
    action: 'transactions.note',
    summary:
      'Notes the services of one site from a CSV file of at most 5 MB, all or none; its header names the fields of a transaction.',
    query: z.strictObject({ siteId: siteIdSchema }),
    reads: 'text/csv',
    answer: { status: 200, schema: transactionsImportedSchema },
    async handle({ actor, query, request, signal, now }) {
      const { siteId } = sight.requireSite(actor, query.siteId);
      if (request.is('text/csv') === false) {
        throw new ProblemError(415, 'not-csv', 'The body is CSV: Content-Type text/csv.');
      }
      const rows = await rowsOfCsv(request, countersOf(siteId), now, signal);
      const { made, changed } = book.note(rows, { personId: actor.person.id }, now, 'transactions-imported');
      return { rows: rows.length, made, changed, unchanged: rows.length - made - changed };
    },
  });
}
