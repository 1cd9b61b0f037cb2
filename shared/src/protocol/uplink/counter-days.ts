import { z } from 'zod';
import { counterIdSchema } from '../../units-of-measure/index.ts';

/** For how many days footage of a counter is kept, from its end. */
export const counterDaysSchema = z.strictObject({
  counterId: counterIdSchema,
  days: z.int().min(1).max(3_650),
});
export type CounterDays = z.infer<typeof counterDaysSchema>;
