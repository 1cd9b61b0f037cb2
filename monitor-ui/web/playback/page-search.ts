import { z } from 'zod';

const timeSchema = z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional().catch(undefined);

/** What a shared address of the page says; what cannot be read is left out rather than refused. */
export const pageSearchSchema = z.object({
  counter: z.uuid().optional().catch(undefined),
  from: timeSchema,
  to: timeSchema,
  at: timeSchema,
  incident: z.uuid().optional().catch(undefined),
  /** The case it is looked at for. */
  case: z.uuid().optional().catch(undefined),
});
export type PageSearch = z.infer<typeof pageSearchSchema>;
