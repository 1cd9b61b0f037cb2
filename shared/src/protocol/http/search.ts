import { z } from 'zod';
import { caseIdSchema, counterIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';

/** One box: a receipt code, ticket, dossier code, phone number, name, counter, day, or words with or without accents. */
export const searchQuerySchema = z.strictObject({
  q: z.string().trim().min(2, 'at least 2 characters').max(200),
});

/** A span of a counter that may show what was searched for. */
export const searchClipSchema = z.strictObject({
  counterId: counterIdSchema,
  counterName: z.string(),
  siteName: z.string(),
  from: utcMsSchema,
  to: utcMsSchema,
  /** Footage there, whole or in part. */
  hasFootage: z.boolean(),
  /** Moments at which a camera has a picture, spread over the footage there; at most 5. */
  pictureAt: z.array(utcMsSchema),
  held: z.boolean(),
  /** An open case of the person asking that it belongs to: an investigator looks at it for that case. */
  caseId: caseIdSchema.optional(),
});
export type SearchClip = z.infer<typeof searchClipSchema>;

export const searchItemSchema = z.strictObject({
  kind: z.enum(['complaint', 'case', 'incident', 'transaction', 'counter-day']),
  id: z.string(),
  /** By which the search found it. */
  foundBy: z.enum(['receipt-code', 'ticket', 'dossier-code', 'phone', 'number', 'words', 'counter']),
  title: z.string(),
  at: utcMsSchema,
  clips: z.array(searchClipSchema),
});
export type SearchItem = z.infer<typeof searchItemSchema>;
export const searchAnswerSchema = z.strictObject({ items: z.array(searchItemSchema) });
