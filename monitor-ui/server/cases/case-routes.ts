import {
  caseCandidatesSchema,
  caseCloseInputSchema,
  caseComplaintsInputSchema,
  caseFileSchema,
  caseFootageInputSchema,
  caseIncidentsInputSchema,
  caseInputSchema,
  caseMarkInputSchema,
  caseMemberInputSchema,
  caseNoteInputSchema,
  caseReferralInputSchema,
  caseSchema,
  caseTaskInputSchema,
  custodySchema,
  listOf,
  type CaseFile,
} from '@minhbach/shared/protocol';
import { caseIdSchema, caseItemIdSchema, type CaseId } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { Actor } from '../access/index.ts';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { Cases } from './cases.ts';
import type { CustodyPrints } from './custody-prints.ts';
import type { CustodyReader } from './custody.ts';

const caseParams = z.strictObject({ id: caseIdSchema });

export function caseRoutes(cases: Cases, custody: CustodyReader, prints: CustodyPrints): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/cases',
      action: 'cases.open',
      summary: 'Opens a case on complaints or incidents.',
      body: caseInputSchema,
      answer: { status: 201, schema: caseFileSchema },
      handle: ({ actor, body }) => cases.open(actor, body),
    }),
    defineRoute({
      method: 'get',
      path: '/cases',
      action: 'cases.read',
      summary: 'Cases in sight, the latest first.',
      query: idListQuerySchema,
      answer: { status: 200, schema: listOf(caseSchema) },
      handle: ({ actor, query: { limit, cursor } }) =>
        pageOf(
          limit,
          (rows) => cases.list(actor, { before: cursor, limit: rows }),
          ({ id }) => id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}',
      action: 'cases.read',
      summary: 'All of a case.',
      params: caseParams,
      answer: { status: 200, schema: caseFileSchema },
      handle: ({ actor, params }) => cases.read(actor, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}/custody',
      action: 'cases.read',
      summary: 'Who held, played, exported and fetched the footage of a case, from the audit.',
      params: caseParams,
      answer: { status: 200, schema: custodySchema },
      handle: ({ actor, params }) => {
        cases.find(actor, params.id);
        return custody.of(params.id);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}/custody.pdf',
      action: 'cases.read',
      summary: 'The same as a document to sign; that it was printed is in the audit, and on it.',
      params: caseParams,
      answer: { status: 200, schema: 'stream', contentType: 'application/pdf' },
      handle: async ({ actor, params: { id }, response }) => {
        const { number, pdf } = await prints.print(actor, id);
        response
          .status(200)
          .set('Cache-Control', 'no-store')
          .set('Content-Disposition', `inline; filename="custody-${number}.pdf"`)
          .type('application/pdf')
          .send(pdf);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}/candidates',
      action: 'cases.work',
      summary: 'Who could work on a case besides those who do.',
      params: caseParams,
      answer: { status: 200, schema: caseCandidatesSchema },
      handle: ({ actor, params }) => ({ items: cases.candidates(actor, params.id) }),
    }),
    adding(
      'complaints',
      'Takes further complaints into a case.',
      caseComplaintsInputSchema,
      (actor, id, body) => cases.addComplaints(actor, id, body.complaintIds),
    ),
    adding(
      'incidents',
      'Takes bookmarked moments into a case.',
      caseIncidentsInputSchema,
      (actor, id, body) => cases.addIncidents(actor, id, body.incidentIds),
    ),
    adding('members', 'Lets another person work on a case.', caseMemberInputSchema, (actor, id, body) =>
      cases.addMember(actor, id, body.personId),
    ),
    adding(
      'footage',
      'Takes a span of a counter into a case; it is held.',
      caseFootageInputSchema,
      (actor, id, body) => cases.addFootage(actor, id, body),
    ),
    adding('marks', 'Marks a moment of a case’s footage.', caseMarkInputSchema, (actor, id, body) =>
      cases.addMark(actor, id, body),
    ),
    adding('notes', 'Adds a note; notes are never changed.', caseNoteInputSchema, (actor, id, body) =>
      cases.addNote(actor, id, body.text),
    ),
    adding('tasks', 'Adds something to be done.', caseTaskInputSchema, (actor, id, body) =>
      cases.addTask(actor, id, body),
    ),
    adding('refer', 'Refers a case to another authority.', caseReferralInputSchema, (actor, id, body) =>
      cases.refer(actor, id, body),
    ),
    adding('close', 'Closes a case with its outcome; holds stay.', caseCloseInputSchema, (actor, id, body) =>
      cases.close(actor, id, body),
    ),
    defineRoute({
      method: 'post',
      path: '/cases/{id}/tasks/{taskId}/done',
      action: 'cases.work',
      summary: 'States that a task is done.',
      params: caseParams.extend({ taskId: caseItemIdSchema }),
      answer: { status: 200, schema: caseFileSchema },
      handle: ({ actor, params }) => cases.finishTask(actor, params.id, params.taskId),
    }),
  ];
}

/** One thing put into a case; the answer is all of the case as it then is. */
function adding<Body extends z.ZodType>(
  what: string,
  summary: string,
  body: Body,
  add: (actor: Actor, id: CaseId, body: z.output<Body>) => CaseFile,
): Route {
  return defineRoute({
    method: 'post',
    path: `/cases/{id}/${what}`,
    action: 'cases.work',
    ...{ summary, params: caseParams, body },
    answer: { status: 201, schema: caseFileSchema },
    handle: ({ actor, params, body: sent }) => add(actor, params.id, sent as z.output<Body>),
  });
}
