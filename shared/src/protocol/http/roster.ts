import { z } from 'zod';
import {
  counterIdSchema,
  rosterEntryIdSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { officialCodeSchema } from './transaction.ts';

export const rosterInputSchema = z.strictObject({
  officialCode: officialCodeSchema,
  from: timeInputSchema,
  to: timeInputSchema,
});

/** Which official sat at a counter. */
export const rosterEntrySchema = z.strictObject({
  id: rosterEntryIdSchema,
  counterId: counterIdSchema,
  officialCode: z.string(),
  from: utcMsSchema,
  to: utcMsSchema,
});
export type RosterEntry = z.infer<typeof rosterEntrySchema>;

export const rosterQuerySchema = z.strictObject({
  from: timeInputSchema,
  to: timeInputSchema,
  caseId: z.uuid().optional(),
});
