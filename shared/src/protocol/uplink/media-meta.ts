import { z } from 'zod';
import { captureIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';
import { qualitySchema } from './message.ts';

/** Meta of a `liveInit`: what follows until the next one. */
export const liveInitMetaSchema = z.strictObject({
  mime: z.string().max(100),
  captureId: captureIdSchema,
  quality: qualitySchema,
});
export type LiveInitMeta = z.infer<typeof liveInitMetaSchema>;

/** Meta of a `liveFragment`. `capturedAt` is the recorder's wall clock at the fragment's first sample. */
export const liveFragmentMetaSchema = z.strictObject({
  seq: z.int().min(0),
  capturedAt: utcMsSchema,
  durationMs: z.number().min(0),
  keyframe: z.boolean(),
});
export type LiveFragmentMeta = z.infer<typeof liveFragmentMetaSchema>;

/** Meta of the first `footage` piece. */
export const footageMetaSchema = z.strictObject({ totalBytes: z.int().min(0) });
