import { z } from 'zod';

/** RFC 9457. `code` is stable and what the pages translate; `detail` is one English sentence. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  /** Values a translation may name. */
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** For bad input: where, as a JSON pointer, and what is allowed. */
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
