import { z } from 'zod';
import {
  counterIdSchema,
  incidentIdSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';

export const incidentCategories = [
  'harassment',
  'soliciting',
  'envelope',
  'absent',
  'rude',
  'technical',
  'other',
] as const;
export const incidentCategorySchema = z.enum(incidentCategories);
export type IncidentCategory = z.infer<typeof incidentCategorySchema>;
export const incidentSeveritySchema = z.enum(['low', 'medium', 'high']);

const noteSchema = z.string().trim().max(4000, 'a note has at most 4000 characters');

export const incidentInputSchema = z.strictObject({
  counterId: counterIdSchema,
  from: timeInputSchema,
  /** At most 60 s ahead of now, so that a bookmark can take in what is still happening. */
  to: timeInputSchema,
  category: incidentCategorySchema,
  severity: incidentSeveritySchema.default('medium'),
  note: noteSchema.optional(),
});
export type IncidentInput = z.input<typeof incidentInputSchema>;
export const incidentPatchSchema = z.strictObject({
  note: noteSchema.optional(),
  severity: incidentSeveritySchema.optional(),
  category: incidentCategorySchema.optional(),
});

export const incidentSchema = z.strictObject({
  id: incidentIdSchema,
  /** Grows with every creation or change; `GET /incidents?afterSeq=` catches up. */
  seq: z.int(),
  counterId: counterIdSchema,
  from: utcMsSchema,
  to: utcMsSchema,
  category: incidentCategorySchema,
  severity: incidentSeveritySchema,
  note: z.string().optional(),
  createdAt: utcMsSchema,
  createdBy: z.strictObject({ id: z.string(), displayName: z.string() }),
  /** True when the person asking made it. */
  own: z.boolean(),
});
export type Incident = z.infer<typeof incidentSchema>;
