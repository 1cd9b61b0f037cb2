import {
  attachmentSchema,
  complaintFollowedSchema,
  complaintFollowInputSchema,
  publicComplaintInputSchema,
  publicComplaintTakenSchema,
  publicCounterSchema,
} from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import type { Request } from 'express';
import { z } from 'zod';
import { defineRoute, type Route } from '../http/index.ts';
import { notFound, ProblemError } from '../problem/index.ts';
import { fileNameOf, keepAttachment } from './attachment-transfer.ts';
import type { ComplaintRoutesParts } from './complaint-routes.ts';
import { newReceiptCode } from './receipt-code.ts';
import type { PublicGate } from './public-limits.ts';

const attachWithinMs = 24 * 3_600_000;

/** What anybody may do who scanned the code at a counter. */
export function publicComplaintRoutes(
  parts: ComplaintRoutesParts & {
    readonly gate: PublicGate;
    readonly counter: (id: string) => z.input<typeof publicCounterSchema> | undefined;
  },
): readonly Route[] {
  const { complaints, gate, audit } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/public/counters/{id}',
      action: 'public',
      summary: 'The names of a counter and its site, for the complaint page.',
      params: z.strictObject({ id: counterIdSchema }),
      answer: { status: 200, schema: publicCounterSchema },
      handle: ({ params }) => {
        const counter = parts.counter(params.id);
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
      handle: async ({ body, request }) => {
        const address = addressOf(request);
        await gate.complaint(address, () =>
          audit.append({ kind: 'complaints-limited', shielded: { address } }),
        );
        const { website, ...told } = body;
        // A machine is answered like a person, and nothing is kept.
        if (website !== undefined && website !== '') return { receiptCode: newReceiptCode() };
        const { receiptCode } = complaints.takePublic(told);
        return { receiptCode };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/public/complaints/follow',
      action: 'public',
      summary: 'How far a complaint is, by its receipt code.',
      body: complaintFollowInputSchema,
      answer: { status: 200, schema: complaintFollowedSchema },
      handle: async ({ body, request }) => {
        const row = await gate.code(addressOf(request), () => complaints.ofReceipt(body.receiptCode));
        if (row === undefined) throw unknownCode();
        return complaints.follow(body.receiptCode);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/public/attachments',
      action: 'public',
      summary: 'A file for a complaint of the last 24 hours: code in X-Receipt-Code, name in X-File-Name.',
      answer: { status: 201, schema: attachmentSchema },
      handle: async ({ request, signal, now }) => {
        const address = addressOf(request);
        await gate.file(address);
        const code = request.headers['x-receipt-code'];
        const row = await gate.code(address, () =>
          typeof code === 'string' ? complaints.ofReceipt(code) : undefined,
        );
        if (row === undefined) throw unknownCode();
        if (row.received_at < now - attachWithinMs) {
          throw new ProblemError(409, 'attachment-late', 'Files go with a complaint within 24 hours.');
        }
        return keepAttachment(parts, row.id, undefined, {
          ...{ body: request, name: fileNameOf(request), signal },
        });
      },
    }),
  ];
}

function addressOf(request: Request): string {
  return request.ip ?? '';
}

function unknownCode(): ProblemError {
  return new ProblemError(404, 'receipt-code-unknown', 'There is no complaint with this code.');
}
