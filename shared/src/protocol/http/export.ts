import { z } from 'zod';
import {
  approvalIdSchema,
  counterIdSchema,
  exportIdSchema,
  personIdSchema,
  sha256HexSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { secondKeyReasonSchema } from './approval.ts';

export const exportInputSchema = z.strictObject({
  counterId: counterIdSchema,
  from: timeInputSchema,
  /** At most now, and at most 24 h after `from`. */
  to: timeInputSchema,
  reason: secondKeyReasonSchema,
  caseId: z.uuid().optional(),
});

/** What a package that is being made waits for; it goes on by itself. */
export const exportWaitSchema = z.enum(['footage-sealed', 'checkpoint', 'recorder', 'archive']);
export type ExportWait = z.infer<typeof exportWaitSchema>;
export const exportFailureSchema = z.enum([
  'refused',
  'expired',
  'cancelled',
  /** Nothing was recorded in this span, and no gap is stated for it. */
  'footage-missing',
  /** Neither the archive nor the recorder has it any more. */
  'footage-gone',
  /** It is not what its ledger entry says. */
  'footage-altered',
  'not-made',
]);
export type ExportFailure = z.infer<typeof exportFailureSchema>;
export const exportStateSchema = z.enum(['waiting-approval', 'running', 'ready', 'failed']);
export type ExportState = z.infer<typeof exportStateSchema>;

/** An evidence package that was asked for. */
export const exportSchema = z.strictObject({
  id: exportIdSchema,
  counterId: counterIdSchema,
  from: utcMsSchema,
  to: utcMsSchema,
  reason: z.string(),
  caseId: z.uuid().optional(),
  askedBy: z.strictObject({ id: personIdSchema, displayName: z.string() }),
  askedAt: utcMsSchema,
  approvalId: approvalIdSchema.optional(),
  state: exportStateSchema,
  /** Of the work, 0 to 1. */
  progress: z.number().min(0).max(1),
  waitsFor: exportWaitSchema.optional(),
  failure: exportFailureSchema.optional(),
  /** For the person who asked, once it is ready. */
  downloadUrl: z.string().optional(),
  sizeBytes: z.int().optional(),
  sha256: sha256HexSchema.optional(),
  /** Of the package's READ-ME.html, to be told to whoever gets the package by another way than the package. */
  readMeSha256: sha256HexSchema.optional(),
});
export type Export = z.infer<typeof exportSchema>;
