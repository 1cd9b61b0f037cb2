import { z } from 'zod';
import { utcMsSchema } from '../../units-of-measure/index.ts';

export const auditEntrySchema = z.strictObject({
  seq: z.int(),
  at: utcMsSchema,
  /** What a person did or saw, e.g. `signed-in`, `viewed-live`, `play-granted`, `played`, `searched`, `bookmarked`. */
  kind: z.string(),
  personId: z.string().optional(),
  personName: z.string().optional(),
  /** What it was done to: ids and spans, no personal text. */
  subject: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Personal or case-bearing fields, split off; absent for those not entitled or once destroyed. */
  shielded: z.record(z.string(), z.string()).optional(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
