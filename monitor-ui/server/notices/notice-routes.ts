import { z } from 'zod';
import { listOf, noticeSchema, noticeStandingSchema } from '@minhbach/shared/protocol';
import { counterIdSchema, noticeIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { Notices } from './notices.ts';

const counterParams = z.strictObject({ id: counterIdSchema });
const noticeParams = z.strictObject({ id: noticeIdSchema });

export function noticeRoutes(notices: Notices): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/notices/standing',
      action: 'notices.read',
      summary: 'Whether what hangs at each counter in sight is what a notice says now.',
      answer: { status: 200, schema: listOf(noticeStandingSchema) },
      handle: ({ actor }) => ({ items: notices.standing(actor) }),
    }),
    defineRoute({
      method: 'get',
      path: '/notices/{id}',
      action: 'notices.read',
      summary: 'One version of a notice.',
      params: noticeParams,
      answer: { status: 200, schema: noticeSchema },
      handle: ({ actor, params: { id } }) => notices.find(actor, id),
    }),
    defineRoute({
      method: 'get',
      path: '/notices/{id}/pdf',
      action: 'notices.read',
      summary: 'The page to print, the same bytes for ever.',
      params: noticeParams,
      answer: { status: 200, schema: 'stream', contentType: 'application/pdf' },
      handle({ actor, params: { id }, response }) {
        const pdf = notices.pdf(actor, id);
        response
          .status(200)
          .set('Cache-Control', 'no-store')
          .set('Content-Disposition', `inline; filename="notice-${id}.pdf"`)
          .type('application/pdf')
          .send(pdf);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/notices/{id}/posted',
      action: 'notices.post',
      summary: 'It hangs at the counter.',
      params: noticeParams,
      answer: { status: 200, schema: noticeSchema },
      handle: ({ actor, params: { id } }) => notices.post(actor, id),
    }),
    defineRoute({
      method: 'get',
      path: '/counters/{id}/notices',
      action: 'notices.read',
      summary: 'The versions of the notice of a counter, the newest first.',
      params: counterParams,
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(noticeSchema) },
      handle: ({ actor, params: { id }, query: { cursor, limit } }) =>
        pageOf(
          limit,
          (rows) => notices.list(actor, id, { before: cursor, limit: rows }),
          (notice) => notice.id,
        ),
    }),
    defineRoute({
      method: 'post',
      path: '/counters/{id}/notices',
      action: 'notices.make',
      summary: 'Freezes what the notice of a counter says now as its next version.',
      params: counterParams,
      answer: { status: 201, schema: noticeSchema },
      handle: async ({ actor, params: { id } }) => notices.make(actor, id),
    }),
  ];
}
