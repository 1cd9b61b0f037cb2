import { z } from 'zod';
import {
  alarmCloseInputSchema,
  alarmExplainInputSchema,
  alarmKindSchema,
  alarmSchema,
  alarmStateSchema,
  listOf,
  listQueryShape,
} from '@minhbach/shared/protocol';
import { alarmIdSchema, siteIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, pageOf, type Route } from '../http/index.ts';
import type { AlarmActs } from './alarm-acts.ts';

const cursorSchema = z
  .string()
  .regex(/^\d{1,16}_[0-9a-f-]{36}$/, 'a cursor is what the page before answered')
  .transform((cursor) => {
    const [raisedAtMs = '0', id = ''] = cursor.split('_');
    return { raisedAtMs: Number(raisedAtMs), id };
  });

const querySchema = z.strictObject({
  ...listQueryShape,
  cursor: cursorSchema.optional(),
  /** `open`: every state but closed. */
  state: z.union([alarmStateSchema, z.literal('open')]).optional(),
  kind: alarmKindSchema.optional(),
  siteId: siteIdSchema.optional(),
  owner: z.union([z.uuid(), z.enum(['me', 'none'])]).optional(),
  /** Changes since, oldest first; for catching up. */
  afterSeq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
const params = z.strictObject({ id: alarmIdSchema });
const answer = { status: 200, schema: alarmSchema } as const;

export function alarmRoutes(acts: AlarmActs): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/alarms',
      action: 'alarms.read',
      summary: 'What somebody must own, the latest raised first; with afterSeq, what changed since.',
      query: querySchema,
      answer: { status: 200, schema: listOf(alarmSchema) },
      handle({ actor, query }) {
        const { cursor: before, limit, owner, ...filter } = query;
        const of = { ...filter, owner: owner === 'me' ? actor.person.id : owner };
        // Catching up goes on from the last `seq`, not from a cursor.
        if (filter.afterSeq !== undefined) return { items: acts.list(actor, { ...of, limit }) };
        return pageOf(
          limit,
          (rows) => acts.list(actor, { ...of, before, limit: rows }),
          (alarm) => `${alarm.raisedAt}_${alarm.id}`,
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/alarms/{id}',
      action: 'alarms.read',
      summary: 'One alarm.',
      params,
      answer,
      handle: ({ actor, params: { id } }) => acts.find(actor, id),
    }),
    defineRoute({
      method: 'post',
      path: '/alarms/{id}/acknowledge',
      action: 'alarms.acknowledge',
      summary: 'Says that it was seen. It still is nobody’s and still escalates.',
      params,
      answer,
      handle: ({ actor, params: { id } }) => acts.acknowledge(actor, id),
    }),
    defineRoute({
      method: 'post',
      path: '/alarms/{id}/own',
      action: 'alarms.own',
      summary: 'The person takes it, also from somebody else.',
      params,
      answer,
      handle: ({ actor, params: { id } }) => acts.own(actor, id),
    }),
    defineRoute({
      method: 'post',
      path: '/alarms/{id}/explain',
      action: 'alarms.explain',
      summary: 'Says what was behind it.',
      params,
      body: alarmExplainInputSchema,
      answer,
      handle: ({ actor, params: { id }, body }) => acts.explain(actor, id, body.text),
    }),
    defineRoute({
      method: 'post',
      path: '/alarms/{id}/close',
      action: 'alarms.close',
      summary: 'Ends it: freely when its condition has ended, else with a stated reason.',
      params,
      body: alarmCloseInputSchema,
      answer,
      handle: ({ actor, params: { id }, body }) => acts.close(actor, id, body.reason),
    }),
  ];
}
