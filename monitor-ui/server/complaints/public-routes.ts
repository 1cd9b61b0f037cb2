import {
  attachmentSchema,
  complaintFollowedSchema,
  complaintFollowInputSchema,
  publicComplaintInputSchema,
  publicComplaintTakenSchema,
  publicCounterSchema,
} from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { defineRoute, type Route } from '../http/index.ts';
import { notFound } from '../problem/index.ts';
import { fileNameOf } from './attachment-transfer.ts';
import type { PublicDesk } from './public-desk.ts';

/** The public desk for programs; people have the pages of `public-pages/`. */
export function publicComplaintRoutes(desk: PublicDesk): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/public/counters/{id}',
      action: 'public',
      summary: 'The names of a counter and its site, for the complaint page.',
      params: z.strictObject({ id: counterIdSchema }),
      answer: { status: 200, schema: publicCounterSchema },
      handle: ({ params }) => {
        const counter = desk.counter(params.id);
        if (counter === undefined) throw notFound('counter');
        return counter;
      },
    }),
    defineRoute({
      method: 'post',
      path: '/public/complaints',
      action: 'public',
      summary: 'Complains without signing in; answers a receipt code to follow it by.',
      body: publicComplaintInputSchema,
      answer: { status: 201, schema: publicComplaintTakenSchema },
      handle: ({ body, request }) => desk.take(body, request.ip ?? ''),
    }),
    defineRoute({
      method: 'post',
      path: '/public/complaints/follow',
      action: 'public',
      summary: 'How far a complaint is, by its receipt code.',
      body: complaintFollowInputSchema,
      answer: { status: 200, schema: complaintFollowedSchema },
      handle: ({ body, request }) => desk.follow(body.receiptCode, request.ip ?? ''),
    }),
    defineRoute({
      method: 'post',
      path: '/public/attachments',
      action: 'public',
      summary: 'A file for a complaint of the last 24 hours: code in X-Receipt-Code, name in X-File-Name.',
      answer: { status: 201, schema: attachmentSchema },
      handle: ({ request, signal }) => {
        const code = request.headers['x-receipt-code'];
        const file = { body: request, name: fileNameOf(request), signal };
        return desk.attachLater(typeof code === 'string' ? code : '', request.ip ?? '', file);
      },
    }),
  ];
}
