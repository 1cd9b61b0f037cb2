import { z } from 'zod';
import { utcMsSchema } from '../../units-of-measure/index.ts';
import { gapCauseSchema, sourceStateSchema } from '../uplink/source-state.ts';

/**
 * Text messages of `WebSocket /live?source=ID&quality=main|sub`. Binary messages are an init segment (after `init`)
 * or one fragment (each after its `mark`). Marks: `capturedAt` is the first sample's time on the monitor's clock.
 */
export const liveMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('init'),
    mime: z.string(),
    quality: z.enum(['main', 'sub']),
    reduced: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('mark'),
    seq: z.int(),
    nonce: z.string(),
    capturedAt: utcMsSchema,
    serverNow: utcMsSchema,
  }),
  z.strictObject({ type: z.literal('state'), state: sourceStateSchema, cause: gapCauseSchema.optional() }),
  /** Fragments were left out for this slow viewer; the next one starts at a keyframe. */
  z.strictObject({ type: z.literal('skip') }),
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;

export const liveCloseCodes = { noSession: 4401, forbidden: 4403, noSource: 4404 } as const;
