import { z } from 'zod';
import {
  retentionPatchSchema,
  retentionPlanQuerySchema,
  retentionPlanSchema,
  retentionPolicySchema,
  retentionReportSchema,
} from '@minhbach/shared/protocol';
import { counterIdSchema } from '@minhbach/shared/units-of-measure';
import { defineRoute, type Route } from '../http/index.ts';
import { badInput } from '../problem/index.ts';
import { dayMs, type ExpiryPlan } from './expiry-plan.ts';
import type { OldestFootage } from './oldest-footage.ts';
import type { RetentionPolicies } from './policies.ts';
import type { RetentionCuts } from './retention-cuts.ts';

const counterParams = z.strictObject({ id: counterIdSchema });
const farthestDays = 366;

export function retentionRoutes(parts: {
  readonly policies: RetentionPolicies;
  readonly cuts: RetentionCuts;
  readonly plan: ExpiryPlan;
  readonly oldest: OldestFootage;
}): readonly Route[] {
  const { policies, cuts, plan, oldest } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/counters/{id}/retention',
      action: 'retention.read',
      summary: 'How many days footage of a counter is kept, and on which basis.',
      params: counterParams,
      answer: { status: 200, schema: retentionPolicySchema },
      handle: ({ actor, params }) => cuts.shown(policies.find(actor, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/counters/{id}/retention',
      action: 'retention.manage',
      summary: 'Keeps footage of a counter longer, or cites another basis; fewer days wait for a second key.',
      params: counterParams,
      body: retentionPatchSchema,
      answer: { status: 200, schema: retentionPolicySchema },
      handle: ({ actor, params, body }) => cuts.change(actor, params.id, body),
    }),
    defineRoute({
      method: 'get',
      path: '/retention/plan',
      action: 'retention.read',
      summary: 'What would be removed now, or at a time ahead, because its days are over.',
      query: retentionPlanQuerySchema,
      answer: { status: 200, schema: retentionPlanSchema },
      handle: ({ actor, query, now }) => {
        const at = query.at ?? now;
        if (at > now + farthestDays * dayMs)
          throw badInput('/query/at', 'days-ahead', { count: farthestDays });
        return plan.preview(actor, at);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/retention/report',
      action: 'retention.read',
      summary: 'The oldest footage really there of each counter, found weekly by fetching it.',
      answer: { status: 200, schema: retentionReportSchema },
      handle: ({ actor }) => ({
        items: policies.list(actor).map((policy) => {
          const look = oldest.of(policy.counterId);
          return { policy: cuts.shown(policy), ...(look === undefined ? {} : { look }) };
        }),
      }),
    }),
  ];
}
