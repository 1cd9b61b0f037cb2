import { z } from 'zod';
import {
  counterIdSchema,
  siteIdSchema,
  sourceIdSchema,
  timeInputSchema,
  utcMsSchema,
  workOrderIdSchema,
} from '../../units-of-measure/index.ts';

const textSchema = z.string().trim().min(5, 'has 5 to 2000 characters').max(2000, 'has 5 to 2000 characters');

/** Of a whole site, of a counter, or of some sources of one counter. */
export const workOrderInputSchema = z.strictObject({
  siteId: siteIdSchema.optional(),
  counterId: counterIdSchema.optional(),
  sourceIds: z.array(sourceIdSchema).min(1).max(50).optional(),
  /** Not before now: what is stated afterwards is an explanation, which somebody else accepts. */
  from: timeInputSchema,
  to: timeInputSchema,
  reason: textSchema,
  evidence: textSchema.optional(),
});

/** Work announced before it began: what is missing meanwhile is explained by it. */
export const workOrderSchema = z.strictObject({
  id: workOrderIdSchema,
  siteId: siteIdSchema,
  /** Absent: the whole site. */
  counterId: counterIdSchema.optional(),
  /** Absent: every source. */
  sourceIds: z.array(sourceIdSchema).optional(),
  from: utcMsSchema,
  to: utcMsSchema,
  reason: z.string(),
  /** Absent for a head too, like who opened it. */
  evidence: z.string().optional(),
  openedAt: utcMsSchema,
  openedBy: z.strictObject({ id: z.string(), displayName: z.string() }).optional(),
  /** Ended before its time: it explains nothing after this. */
  endedAt: utcMsSchema.optional(),
});
export type WorkOrder = z.infer<typeof workOrderSchema>;
