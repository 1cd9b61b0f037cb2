import { z } from 'zod';
import {
  counterIdSchema,
  gapExplanationIdSchema,
  sourceIdSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';

const textSchema = z.string().trim().min(5, 'has 5 to 2000 characters').max(2000, 'has 5 to 2000 characters');

export const gapExplanationInputSchema = z.strictObject({
  counterId: counterIdSchema,
  /** Absent: every source of the counter. */
  sourceId: sourceIdSchema.optional(),
  from: timeInputSchema,
  to: timeInputSchema,
  reason: textSchema,
  evidence: textSchema,
});

/** Given by a person of another unit than the one who asked, and than the office itself. */
export const gapDecisionInputSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('accept'), evidence: textSchema }),
  z.strictObject({ decision: z.literal('refuse'), reason: textSchema }),
]);

const actSchema = z.strictObject({ id: z.string(), displayName: z.string() });

/** What somebody says was behind missing time, and what somebody of another unit made of it. */
export const gapExplanationSchema = z.strictObject({
  id: gapExplanationIdSchema,
  counterId: counterIdSchema,
  sourceId: sourceIdSchema.optional(),
  from: utcMsSchema,
  to: utcMsSchema,
  /** How many holes lay within `from..to` when it was asked, and how long they are together. It is about these and no others. */
  gaps: z.int(),
  gapMs: z.int(),
  state: z.enum(['waiting', 'accepted', 'refused']),
  /** Texts and people are absent for readers whom they are not meant for. */
  reason: z.string().optional(),
  evidence: z.string().optional(),
  askedAt: utcMsSchema,
  askedBy: actSchema.optional(),
  decidedAt: utcMsSchema.optional(),
  decidedBy: actSchema.optional(),
  /** What the accepting person relies on, or why it was refused. */
  decision: z.string().optional(),
});
export type GapExplanation = z.infer<typeof gapExplanationSchema>;
