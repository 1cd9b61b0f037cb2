import { z } from 'zod';

const valuesSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** RFC 9457. `code` is stable and what the pages translate; `detail` is one English sentence. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  /** Values a translation may name. */
  params: valuesSchema.optional(),
  /** For bad input: where, as a JSON pointer, and what is allowed. */
  errors: z
    .array(
      z.object({
        pointer: z.string(),
        message: z.string(),
        /** Of `inputRules`, with the values it names: the message without its language. */
        rule: z.string().optional(),
        params: valuesSchema.optional(),
      }),
    )
    .optional(),
});
export type Problem = z.infer<typeof problemSchema>;
