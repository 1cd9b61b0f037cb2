import { z } from 'zod';
import {
  captureIdSchema,
  counterIdSchema,
  deviceIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { keyframePlacesFit } from './keyframe-places.ts';

export const sourceKindSchema = z.enum(['camera', 'microphone']);
export type SourceKind = z.infer<typeof sourceKindSchema>;

export const sourceStateSchema = z.enum(['starting', 'recording', 'retrying', 'refused', 'disabled']);
export type SourceState = z.infer<typeof sourceStateSchema>;

/** What a machine observed when footage stopped (DESIGN §2 "cause"). It never explains. */
export const gapCauseSchema = z.enum([
  'camera-unreachable',
  'camera-refused-login',
  'camera-stalled',
  'camera-closed',
  'codec-changed',
  'timestamps-jumped',
  'clock-drift',
  'sound-missing',
  'recorder-stopped',
  'recorder-crashed',
  'power-lost',
  'disk-full',
  'disk-failed',
  'disabled',
  'unknown',
]);
export type GapCause = z.infer<typeof gapCauseSchema>;

/** One source as the recorder knows it. `since` is when the present state began. */
export const sourceStatusSchema = z.strictObject({
  sourceId: sourceIdSchema,
  deviceId: deviceIdSchema,
  counterId: counterIdSchema,
  kind: sourceKindSchema,
  name: z.string().max(200),
  state: sourceStateSchema,
  cause: gapCauseSchema.optional(),
  since: utcMsSchema,
  registeredAt: utcMsSchema,
  retiredAt: utcMsSchema.optional(),
  /** True when a small H.264 picture can be pulled for tiles. Cameras only. */
  hasSubStream: z.boolean(),
  /** RFC 6381 codec string of the main stream once known, e.g. `avc1.4d0028`, `hvc1.1.6.L120.90`, `mp4a.40.2`. */
  codec: z.string().max(60).optional(),
});
export type SourceStatus = z.infer<typeof sourceStatusSchema>;

/** A segment being written: playable up to `endUtcMs`/`bytes`, both of which grow. Sent about once a second. */
export const openSegmentSchema = z
  .strictObject({
    segmentId: segmentIdSchema,
    sourceId: sourceIdSchema,
    captureId: captureIdSchema,
    startUtcMs: utcMsSchema,
    endUtcMs: utcMsSchema,
    bytes: z.int().min(0),
    initBytes: z.int().min(0),
    firstTfdt: z.int(),
    timescale: z.int().min(1),
    mime: z.string().max(100),
    /** As in `segment-sealed`, for keyframes within `bytes`. */
    keyframes: z.array(z.int().min(0)).max(4000).optional(),
    keyframeOffsets: z.array(z.int().min(0)).max(4000).optional(),
  })
  .refine(keyframePlacesFit, {
    message: 'keyframe offsets do not rise within the file, one for each keyframe',
  });
export type OpenSegment = z.infer<typeof openSegmentSchema>;
