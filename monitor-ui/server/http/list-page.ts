import { z } from 'zod';
import { listQueryShape } from '@minhbach/shared/protocol';

/** Cursors of lists in the order of their ids: the last id of the page before. */
export const idListQuerySchema = z.strictObject({
  ...listQueryShape,
  cursor: z.uuid('a cursor is what the page before answered').optional(),
});

export interface Page<Item> {
  readonly items: Item[];
  nextCursor?: string;
}

/** Asks for one row more than the page holds to learn whether another page follows. */
export function pageOf<Item>(
  limit: number,
  read: (rows: number) => Item[],
  cursorOf: (item: Item) => string,
): Page<Item> {
  const items = read(limit + 1);
  if (items.length <= limit) return { items };
  items.length = limit;
  const last = items.at(-1);
  return last === undefined ? { items } : { items, nextCursor: cursorOf(last) };
}
