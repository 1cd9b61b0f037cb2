import { z } from 'zod';

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export const sha256HexSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hex digits')
  .brand<'Sha256Hex'>();
export type Sha256Hex = z.infer<typeof sha256HexSchema>;
