import { z } from 'zod';
import { counterIdSchema, timeInputSchema, utcMsSchema } from '../../units-of-measure/index.ts';

const daysSchema = z
  .int('days are a whole number')
  .min(1, 'footage is kept for 1 to 3650 days')
  .max(3650, 'footage is kept for 1 to 3650 days');
const basisSchema = z
  .string()
  .trim()
  .min(3, 'a basis has 3 to 1000 characters: the rule that asks for these days')
  .max(1000, 'a basis has 3 to 1000 characters: the rule that asks for these days');
const quotaSchema = z.int().min(1_000_000_000, 'a quota is at least 1 GB').max(Number.MAX_SAFE_INTEGER);

/** How long a counter's footage is kept. */
export const retentionPolicySchema = z.strictObject({
  counterId: counterIdSchema,
  days: z.int(),
  /** The rule that asks for it, as cited; empty while nobody has decided and the default holds. */
  basis: z.string(),
  /** Archive space of one source beyond which somebody is told; nothing is removed for it. */
  quotaBytes: z.int().optional(),
  decidedAt: utcMsSchema.optional(),
  decidedBy: z.strictObject({ id: z.string(), displayName: z.string() }).optional(),
  /** Fewer days that two people decide on; until it takes effect, the days above hold. */
  pending: z
    .strictObject({ approvalId: z.uuid(), days: z.int(), effectiveFrom: utcMsSchema.optional() })
    .optional(),
});
export type RetentionPolicy = z.infer<typeof retentionPolicySchema>;

export const retentionPatchSchema = z.strictObject({
  days: daysSchema.optional(),
  basis: basisSchema,
  /** `null` takes the quota away. */
  quotaBytes: quotaSchema.nullable().optional(),
});

const footageSumSchema = z.strictObject({
  segments: z.int(),
  bytes: z.int(),
  from: utcMsSchema.optional(),
  to: utcMsSchema.optional(),
});
export type FootageSum = z.infer<typeof footageSumSchema>;

export const retentionPlanQuerySchema = z.strictObject({ at: timeInputSchema.optional() });
/** What would be removed at a time, by the days that hold now. */
export const retentionPlanSchema = z.strictObject({
  at: utcMsSchema,
  items: z.array(
    z.strictObject({
      counterId: counterIdSchema,
      days: z.int(),
      /** Its days are over. */
      due: footageSumSchema,
      /** Of that, exempt by holds; told only to those who may know of holds. */
      held: footageSumSchema.optional(),
    }),
  ),
});
export type RetentionPlan = z.infer<typeof retentionPlanSchema>;

/** What is really there, found by fetching it. */
export const retentionReportSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      policy: retentionPolicySchema,
      /** Absent until the first look. */
      look: z
        .strictObject({
          checkedAt: utcMsSchema,
          /** Footage since then should be there. */
          promisedFrom: utcMsSchema,
          /** Start of the oldest footage within the promised days that was fetched and is whole; absent: none. */
          oldestAt: utcMsSchema.optional(),
          /** Objects that should have been older, and were missing or altered. */
          damaged: z.int(),
          short: z.boolean(),
          /** Archive space of the counter's largest source. */
          largestSourceBytes: z.int(),
        })
        .optional(),
    }),
  ),
});
export type RetentionReport = z.infer<typeof retentionReportSchema>;
