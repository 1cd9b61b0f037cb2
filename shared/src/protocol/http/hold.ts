import { z } from 'zod';
import { counterIdSchema, holdIdSchema, timeInputSchema, utcMsSchema } from '../../units-of-measure/index.ts';

const reasonSchema = z
  .string()
  .trim()
  .min(5, 'a reason has at least 5 characters')
  .max(2000, 'a reason has at most 2000 characters');

export const holdInputSchema = z.strictObject({
  counterId: counterIdSchema,
  from: timeInputSchema,
  /** At most 24 h ahead of now: what is about to happen may be held too. */
  to: timeInputSchema,
  reason: reasonSchema,
  caseId: z.uuid().optional(),
});

export const holdReleaseInputSchema = z.strictObject({ reason: reasonSchema });
/** The decision that two people of different units then take. */
export const holdReleaseSchema = z.strictObject({ approvalId: z.uuid() });

/** Footage of a counter that is exempt from retention. */
export const holdSchema = z.strictObject({
  id: holdIdSchema,
  counterId: counterIdSchema,
  from: utcMsSchema,
  to: utcMsSchema,
  /** `complaint`: placed by itself when somebody complained; then nobody stated a reason. */
  origin: z.enum(['person', 'complaint']),
  reason: z.string(),
  caseId: z.uuid().optional(),
  placedAt: utcMsSchema,
  /** Absent when the complaint came from the public page. */
  placedBy: z.strictObject({ id: z.string(), displayName: z.string() }).optional(),
  /** Two people decided that it ends then. */
  releasedFrom: utcMsSchema.optional(),
});
export type Hold = z.infer<typeof holdSchema>;
