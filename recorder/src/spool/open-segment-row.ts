import { z } from 'zod';
import {
  captureIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMsSchema,
} from '@minhbach/shared/units-of-measure';

/** What is known of a segment being written, enough to place it on the wall clock when the process dies. */
export const openSegmentRowSchema = z.strictObject({
  segmentId: segmentIdSchema,
  sourceId: sourceIdSchema,
  captureId: captureIdSchema,
  /** Name below `open/`. */
  fileName: z.string(),
  startUtcMs: utcMsSchema,
  firstTfdt: z.int(),
  timescale: z.int(),
  clockErrorMs: z.int(),
});
export type OpenSegmentRow = Readonly<z.infer<typeof openSegmentRowSchema>>;
