import { z } from 'zod';
import {
  counterIdSchema,
  jobIdSchema,
  recorderIdSchema,
  siteIdSchema,
  sourceIdSchema,
  unitIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { deviceConnectionSchema } from '../uplink/connection.ts';
import { jobProblemSchema, jobStateSchema, recorderJobResultSchema } from '../uplink/job.ts';
import { gapCauseSchema, sourceKindSchema, sourceStateSchema } from '../uplink/source-state.ts';
import { nameSchema } from './people.ts';
import { inputRules } from './input-rule.ts';

export const siteSchema = z.strictObject({ id: siteIdSchema, name: nameSchema, unitId: unitIdSchema });
export type Site = z.infer<typeof siteSchema>;
export const siteInputSchema = siteSchema.omit({ id: true });
export const sitePatchSchema = siteInputSchema.partial();

export const sourceSchema = z.strictObject({
  id: sourceIdSchema,
  kind: sourceKindSchema,
  name: nameSchema,
  state: sourceStateSchema,
  cause: gapCauseSchema.optional(),
  since: utcMsSchema.optional(),
  recorderId: recorderIdSchema,
  counterId: counterIdSchema,
  /** Sources of one device share this; a camera's own sound has the camera's. */
  deviceId: z.string(),
  hasSubStream: z.boolean(),
  codec: z.string().optional(),
});
export type Source = z.infer<typeof sourceSchema>;

export const counterSchema = z.strictObject({
  id: counterIdSchema,
  name: nameSchema,
  siteId: siteIdSchema,
  sources: z.array(sourceSchema),
});
export type Counter = z.infer<typeof counterSchema>;
export const counterInputSchema = counterSchema.omit({ id: true, sources: true });
export const counterPatchSchema = z.strictObject({ name: nameSchema.optional() });

export const recorderSchema = z.strictObject({
  id: recorderIdSchema,
  name: nameSchema,
  siteId: siteIdSchema,
  online: z.boolean(),
  ledgerSize: z.int(),
  lastSeenAt: utcMsSchema.optional(),
  version: z.string().optional(),
  spoolBytes: z.int().optional(),
  diskFreeBytes: z.int().optional(),
  notYetProven: z.int().optional(),
});
export type Recorder = z.infer<typeof recorderSchema>;

export const enrolmentInputSchema = z.strictObject({ siteId: siteIdSchema });
export const enrolmentSchema = z.strictObject({ id: z.string(), code: z.string(), expiresAt: utcMsSchema });

export const probeInputSchema = z.strictObject({ connection: deviceConnectionSchema });
export const jobSchema = z.strictObject({
  id: jobIdSchema,
  state: jobStateSchema,
  progress: z.number().min(0).max(1),
  result: recorderJobResultSchema.optional(),
  problem: jobProblemSchema.optional(),
});
export type Job = z.infer<typeof jobSchema>;

export const sourceInputSchema = z.strictObject({
  counterId: counterIdSchema,
  recorderId: recorderIdSchema,
  name: nameSchema,
  kind: sourceKindSchema,
  connection: deviceConnectionSchema,
});
/** `id` is the picture (or the only sound); `ids` all that came of the device. */
export const sourceCreatedSchema = z.strictObject({ id: sourceIdSchema, ids: z.array(sourceIdSchema) });

/** 60 s of low-resolution picture for the technician, announced on the wall. */
export const aimSchema = z.strictObject({ sourceId: sourceIdSchema, expiresAt: utcMsSchema });
export type Aim = z.infer<typeof aimSchema>;

const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, inputRules['time-of-day']);
/** When a counter serves, in Asia/Ho_Chi_Minh. Weekdays 1 (Monday) to 7. */
export const dutyCalendarSchema = z.strictObject({
  weekly: z
    .array(z.strictObject({ weekday: z.int().min(1).max(7), from: clockTimeSchema, to: clockTimeSchema }))
    .max(50)
    .refine((spans) => spans.every((span) => span.from < span.to), inputRules['each-span-ends-later']),
  holidays: z.array(z.iso.date()).max(400),
  /** At least a camera and a microphone of the counter. Absent: every source it has. */
  requiredSources: z.array(sourceIdSchema).min(2).max(50).optional(),
  /** First day it holds, `yyyy-mm-dd`; a change never reaches backwards. Answered, not accepted. */
  effectiveFrom: z.iso.date(),
});
export type DutyCalendar = z.infer<typeof dutyCalendarSchema>;
export const dutyCalendarInputSchema = dutyCalendarSchema.omit({ effectiveFrom: true });
