import { z } from 'zod';
import {
  counterIdSchema,
  grantIdSchema,
  incidentIdSchema,
  sourceIdSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { gapCauseSchema, sourceKindSchema } from '../uplink/source-state.ts';

export const spanQuerySchema = z.strictObject({ from: timeInputSchema, to: timeInputSchema });

/** What a machine observed, or `expired`: removed by retention when its days were over, which explains it. */
export const timelineCauseSchema = z.enum([...gapCauseSchema.options, 'expired']);
export type TimelineCause = z.infer<typeof timelineCauseSchema>;

export const timelineSpanSchema = z.strictObject({
  from: utcMsSchema,
  to: utcMsSchema,
  /** `pending`: too new to know, or the recorder is away and may have it. `unregistered`: before or after the source's life. */
  kind: z.enum(['footage', 'pending', 'gap', 'unregistered']),
  sealed: z.boolean().optional(),
  cause: timelineCauseSchema.optional(),
  explained: z.boolean().optional(),
});
export type TimelineSpan = z.infer<typeof timelineSpanSchema>;
/** Spans are in order, touch, and cover all of `from..to`. */
export const timelineSchema = z.strictObject({
  from: utcMsSchema,
  to: utcMsSchema,
  asOf: utcMsSchema,
  sources: z.array(
    z.strictObject({
      id: sourceIdSchema,
      kind: sourceKindSchema,
      name: z.string(),
      spans: z.array(timelineSpanSchema),
    }),
  ),
});
export type Timeline = z.infer<typeof timelineSchema>;

export const playbackInputSchema = z.strictObject({
  counterId: counterIdSchema,
  from: timeInputSchema,
  to: timeInputSchema,
  /** Investigators and supervisors state one; a monitor's going back (<= 10 min) or own incident needs none. */
  reason: z.string().trim().max(1000).optional(),
  caseId: z.uuid().optional(),
  incidentId: incidentIdSchema.optional(),
});
export const playbackSchema = z.strictObject({
  id: grantIdSchema,
  counterId: counterIdSchema,
  from: utcMsSchema,
  to: utcMsSchema,
  /** HLS multivariant playlist of the first camera with every microphone; `?camera=SOURCE` chooses another. */
  masterUrl: z.string(),
  /** Media playlists, one per source. `transcoded`: a working copy for browsers that lack the codec may be asked with `?copy=h264`. */
  sources: z.array(
    z.strictObject({
      id: sourceIdSchema,
      kind: sourceKindSchema,
      name: z.string(),
      url: z.string(),
      codec: z.string().optional(),
      mime: z.string().optional(),
    }),
  ),
  expiresAt: utcMsSchema,
});
export type Playback = z.infer<typeof playbackSchema>;

/** What a player saw, reported in batches under the grant; written to the audit as `played`. */
export const playedInputSchema = z.strictObject({
  spans: z
    .array(
      z.strictObject({
        sourceId: sourceIdSchema,
        from: timeInputSchema,
        to: timeInputSchema,
        rate: z.number().min(-64).max(64),
      }),
    )
    .max(200),
});

/** Times of keyframes, for seeking by keyframe at high speed and backwards. */
export const keyframesSchema = z.strictObject({ sourceId: sourceIdSchema, keyframes: z.array(utcMsSchema) });
