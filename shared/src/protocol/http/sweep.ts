import { z } from 'zod';
import {
  recorderIdSchema,
  segmentIdSchema,
  siteIdSchema,
  sourceIdSchema,
  sweepIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';

/** A random check of sealed segments of one recorder. */
export const sweepSchema = z.strictObject({
  id: sweepIdSchema,
  recorderId: recorderIdSchema,
  siteId: siteIdSchema,
  drawnAt: utcMsSchema,
  /** Absent while it runs, and when the monitor was stopped meanwhile. */
  endedAt: utcMsSchema.optional(),
  /** The audit's entry that states what the draw was made from, made before anything was looked at. */
  auditSeq: z.int(),
  seed: z.string(),
  /** Entries of the recorder's ledger it was drawn from. */
  entries: z.int(),
  /** How many segments at most. */
  sample: z.int(),
  passed: z.int(),
  failed: z.int(),
  /** Could not be fetched now, or stated as lost by the recorder. */
  unavailable: z.int(),
});
export type Sweep = z.infer<typeof sweepSchema>;

export const sweepDetailSchema = sweepSchema.extend({
  results: z.array(
    z.strictObject({
      /** The entry that was drawn. */
      generation: z.int(),
      seq: z.int(),
      segmentId: segmentIdSchema,
      sourceId: sourceIdSchema,
      from: utcMsSchema,
      to: utcMsSchema,
      outcome: z.enum(['passed', 'failed', 'unavailable']),
      /** `row-missing row-altered object-missing object-altered fragments-altered undecodable away lost`; more may come. */
      fault: z.string().optional(),
      found: z.string().optional(),
      /** Mean level of the sound, dB of full scale; -100 is digital silence. Absent for pictures. */
      soundDb: z.int().optional(),
      checkedAt: utcMsSchema,
    }),
  ),
});
export type SweepDetail = z.infer<typeof sweepDetailSchema>;
