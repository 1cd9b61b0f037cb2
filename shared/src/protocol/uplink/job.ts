import { z } from 'zod';
import { counterIdSchema, sourceIdSchema } from '../../units-of-measure/index.ts';
import { deviceConnectionSchema, discoveredDeviceSchema, probeResultSchema } from './connection.ts';
import { sourceKindSchema, sourceStatusSchema } from './source-state.ts';

/** Work a monitor asks of a recorder. One answer each: `job-done` or `job-failed`, progress in between. */
export const recorderJobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('discover') }),
  z.strictObject({ kind: z.literal('probe'), connection: deviceConnectionSchema }),
  z.strictObject({
    kind: z.literal('register'),
    counterId: counterIdSchema,
    name: z.string().min(1).max(200),
    /** `camera`: picture, and own sound when the stream has it. `microphone`: sound only, picture ignored. */
    sourceKind: sourceKindSchema,
    connection: deviceConnectionSchema,
  }),
  /** A JPEG of at most 640x360 from the newest keyframe. */
  z.strictObject({ kind: z.literal('snapshot'), sourceId: sourceIdSchema }),
  z.strictObject({ kind: z.literal('retire'), sourceId: sourceIdSchema }),
]);
export type RecorderJob = z.infer<typeof recorderJobSchema>;

export const recorderJobResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('discover'), devices: z.array(discoveredDeviceSchema).max(500) }),
  z.strictObject({ kind: z.literal('probe'), probe: probeResultSchema }),
  z.strictObject({ kind: z.literal('register'), sources: z.array(sourceStatusSchema).min(1).max(2) }),
  z.strictObject({ kind: z.literal('snapshot'), jpegBase64: z.string().max(400_000) }),
  z.strictObject({ kind: z.literal('retire') }),
]);
export type RecorderJobResult = z.infer<typeof recorderJobResultSchema>;

/** Why a job failed, in a form the pages can translate (`code`) and a log can show (`message`). */
export const jobProblemSchema = z.strictObject({
  code: z.enum([
    'address-invalid',
    'address-not-allowed',
    'scheme-not-allowed',
    'unreachable',
    'not-onvif',
    'login-refused',
    'no-usable-stream',
    'timeout',
    'not-found',
    'already-registered',
    'internal',
  ]),
  message: z.string().max(500),
});
export type JobProblem = z.infer<typeof jobProblemSchema>;
export const jobStateSchema = z.enum(['queued', 'running', 'done', 'failed']);
