import { z } from 'zod';
import { sourceIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';
import { timelineCauseSchema } from './footage.ts';

/** recorded + explained + unexplained + pending = duty. */
const partsOfDuty = {
  dutyMs: z.int(),
  recordedMs: z.int(),
  explainedMs: z.int(),
  unexplainedMs: z.int(),
  pendingMs: z.int(),
};

export const completenessSchema = z.strictObject({
  asOf: utcMsSchema,
  ...partsOfDuty,
  sources: z.array(z.strictObject({ id: sourceIdSchema, recordedMs: z.int() })),
});

const localDateSchema = z.iso.date('a day is yyyy-mm-dd, in Asia/Ho_Chi_Minh');

/** One day of a counter, local time. */
export const completenessDaySchema = z.strictObject({ date: localDateSchema, ...partsOfDuty });
export type CompletenessDay = z.infer<typeof completenessDaySchema>;

export const completenessDaysQuerySchema = z.strictObject({ from: localDateSchema, to: localDateSchema });
export const completenessDateParamSchema = localDateSchema;

/** Duty time that is not recorded, and what lacked then. */
export const dutyHoleSchema = z.strictObject({
  from: utcMsSchema,
  to: utcMsSchema,
  state: z.enum(['explained', 'unexplained', 'pending']),
  /** Empty when no camera, or no microphone, was registered at all. */
  lacking: z.array(z.strictObject({ sourceId: sourceIdSchema, cause: timelineCauseSchema.optional() })),
});
export type DutyHole = z.infer<typeof dutyHoleSchema>;

export const completenessDayDetailSchema = completenessDaySchema.extend({
  asOf: utcMsSchema,
  /** In order. At most 500; `more` says that there are others. */
  holes: z.array(dutyHoleSchema),
  more: z.boolean(),
});
export type CompletenessDayDetail = z.infer<typeof completenessDayDetailSchema>;
