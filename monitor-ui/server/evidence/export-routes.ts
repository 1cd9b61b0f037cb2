import { exportInputSchema, exportSchema, listOf } from '@minhbach/shared/protocol';
import { exportIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { ExportRuns } from './export-runs.ts';
import type { Exports } from './exports.ts';
import { firstByteAsked, sendPackage } from './send-package.ts';

const exportParams = z.strictObject({ id: exportIdSchema });

export function exportRoutes(exports: Exports, runs: Pick<ExportRuns, 'packageFile'>): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/exports',
      action: 'exports.ask',
      summary:
        'Asks for an evidence package of a span of a counter; a second person of another unit decides.',
      body: exportInputSchema,
      answer: { status: 202, schema: exportSchema },
      handle: ({ actor, body }) => exports.ask(actor, body),
    }),
    defineRoute({
      method: 'get',
      path: '/exports',
      action: 'exports.read',
      summary: 'Evidence packages asked for, the latest first.',
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(exportSchema) },
      handle: ({ actor, query: { limit, cursor } }) =>
        pageOf(
          limit,
          (rows) => exports.list(actor, { before: cursor, limit: rows }),
          ({ id }) => id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/exports/{id}',
      action: 'exports.read',
      summary: 'One export: what it waits for, how far it is, where its package is.',
      params: exportParams,
      answer: { status: 200, schema: exportSchema },
      handle: ({ actor, params }) => exports.find(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/exports/{id}/cancel',
      action: 'exports.ask',
      summary: 'Gives up an export of one’s own; its package is removed.',
      params: exportParams,
      answer: { status: 200, schema: exportSchema },
      handle: ({ actor, params }) => exports.cancel(actor, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/exports/{id}/package',
      action: 'exports.ask',
      summary: 'The package itself, with Range, for the person who asked; each fetch is in the audit.',
      params: exportParams,
      answer: { status: 200, schema: 'stream', contentType: 'application/zip' },
      handle: async ({ actor, params: { id }, request, response, signal }) => {
        const { sizeBytes = 0 } = exports.find(actor, id);
        const made = exports.fetched(actor, id, firstByteAsked(request, sizeBytes));
        await sendPackage(request, response, { ...made, id, file: runs.packageFile(id) }, signal);
      },
    }),
  ];
}
