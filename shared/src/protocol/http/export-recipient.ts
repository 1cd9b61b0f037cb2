import { z } from 'zod';
import { exportRecipientIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';
import { secondKeyReasonSchema } from './approval.ts';
import { nameSchema } from './people.ts';

/** Who is handed a package, what for, and how long the link is good: 5 minutes to a week. */
export const exportRecipientInputSchema = z.strictObject({
  name: nameSchema,
  purpose: secondKeyReasonSchema,
  minutes: z.int().min(5, 'at least 5 minutes').max(10_080, 'at most 10080 minutes: a week'),
});

/** The link is answered this once. */
export const exportRecipientMadeSchema = z.strictObject({
  id: exportRecipientIdSchema,
  url: z.string(),
  expiresAt: utcMsSchema,
});
export type ExportRecipientMade = z.infer<typeof exportRecipientMadeSchema>;

export const exportRecipientSchema = z.strictObject({
  id: exportRecipientIdSchema,
  name: z.string(),
  purpose: z.string(),
  addedAt: utcMsSchema,
  expiresAt: utcMsSchema,
  revokedAt: utcMsSchema.optional(),
  /** Started ones, and how many may be. */
  fetches: z.int(),
  mostFetches: z.int(),
  lastFetchedAt: utcMsSchema.optional(),
  /** Of the link; only one that is `open` fetches anything. */
  state: z.enum(['open', 'expired', 'revoked', 'used-up']),
});
export type ExportRecipient = z.infer<typeof exportRecipientSchema>;
