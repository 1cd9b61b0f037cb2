import { z } from 'zod';
import {
  gapDecisionInputSchema,
  gapExplanationInputSchema,
  gapExplanationSchema,
  listOf,
  workOrderInputSchema,
  workOrderSchema,
} from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  gapExplanationIdSchema,
  siteIdSchema,
  workOrderIdSchema,
} from '@minhbach/shared/units-of-measure';
import { defineRoute, idListQuerySchema, pageOf, type Route } from '../http/index.ts';
import type { GapExplanations } from './gap-explanations.ts';
import type { WorkOrders } from './work-orders.ts';

const orderParams = z.strictObject({ id: workOrderIdSchema });
const explanationParams = z.strictObject({ id: gapExplanationIdSchema });

export function workOrderRoutes(orders: WorkOrders): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/work-orders',
      action: 'work-orders.read',
      summary: 'Work announced before it began, the latest opened first.',
      query: idListQuerySchema.extend({
        siteId: siteIdSchema.optional(),
        counterId: counterIdSchema.optional(),
      }),
      answer: { status: 200, schema: listOf(workOrderSchema) },
      handle: ({ actor, query: { limit, cursor, ...where } }) =>
        pageOf(
          limit,
          (rows) => orders.list(actor, { ...where, before: cursor, limit: rows }),
          (order) => order.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/work-orders/{id}',
      action: 'work-orders.read',
      summary: 'One work order.',
      params: orderParams,
      answer: { status: 200, schema: workOrderSchema },
      handle: ({ actor, params }) => orders.find(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/work-orders',
      action: 'work-orders.open',
      summary: 'Announces work; it explains what is missing meanwhile. Refused for time that has begun.',
      body: workOrderInputSchema,
      answer: { status: 201, schema: workOrderSchema },
      handle: ({ actor, body }) => orders.open(actor, body),
    }),
    defineRoute({
      method: 'post',
      path: '/work-orders/{id}/end',
      action: 'work-orders.open',
      summary: 'Ends a work order now; it explains nothing from here on.',
      params: orderParams,
      answer: { status: 200, schema: workOrderSchema },
      handle: ({ actor, params }) => orders.end(actor, params.id),
    }),
  ];
}

export function gapExplanationRoutes(explanations: GapExplanations): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/gaps/explanations',
      action: 'gaps.read',
      summary: 'What people say was behind missing time, the latest asked first.',
      query: idListQuerySchema.extend({
        counterId: counterIdSchema.optional(),
        state: gapExplanationSchema.shape.state.optional(),
      }),
      answer: { status: 200, schema: listOf(gapExplanationSchema) },
      handle: ({ actor, query: { limit, cursor, ...where } }) =>
        pageOf(
          limit,
          (rows) => explanations.list(actor, { ...where, before: cursor, limit: rows }),
          (explanation) => explanation.id,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/gaps/explanations/{id}',
      action: 'gaps.read',
      summary: 'One explanation.',
      params: explanationParams,
      answer: { status: 200, schema: gapExplanationSchema },
      handle: ({ actor, params }) => explanations.find(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/gaps/explanations',
      action: 'gaps.explain',
      summary:
        'Asks for missing time to be explained; it explains nothing until somebody of another unit accepts it.',
      body: gapExplanationInputSchema,
      answer: { status: 201, schema: gapExplanationSchema },
      handle: ({ actor, body }) => explanations.ask(actor, body),
    }),
    defineRoute({
      method: 'post',
      path: '/gaps/explanations/{id}/decision',
      action: 'gaps.decide',
      summary: 'Accepts an explanation with evidence, or refuses it; never one’s own, never within one unit.',
      params: explanationParams,
      body: gapDecisionInputSchema,
      answer: { status: 200, schema: gapExplanationSchema },
      handle: ({ actor, params, body }) => explanations.decide(actor, params.id, body),
    }),
  ];
}
