import { z } from 'zod';
import { apiKeyIdSchema, siteIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';
import { nameSchema } from './people.ts';

export const apiKeyInputSchema = z.strictObject({ name: nameSchema, siteId: siteIdSchema });

/** What a queue machine of one site shows to write transactions; the key itself is never answered again. */
export const apiKeySchema = z.strictObject({
  id: apiKeyIdSchema,
  name: nameSchema,
  siteId: siteIdSchema,
  createdAt: utcMsSchema,
  revokedAt: utcMsSchema.optional(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const apiKeyMadeSchema = apiKeySchema.omit({ revokedAt: true }).extend({ key: z.string() });
