import { z } from 'zod';

/** Every list: at most `limit` items and where to go on. */
export const listQueryShape = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().optional() });
}
export const createdSchema = z.strictObject({ id: z.string() });
