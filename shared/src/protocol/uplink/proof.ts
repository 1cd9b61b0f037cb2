import { z } from 'zod';
import {
  monitorIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';

/** One object to be read back by a monitor near the archive. */
export const proofSubjectSchema = z.strictObject({
  segmentId: segmentIdSchema,
  key: z.string().max(400),
  versionId: z.string().max(200).optional(),
  /** What the recorder sent. */
  sha256: sha256HexSchema,
  sizeBytes: z.int().min(1),
});
export type ProofSubject = z.infer<typeof proofSubjectSchema>;

/** A monitor's word for having read an object back. Kept in `segment-proven`: whoever has its key can check it again. */
export const proofReceiptSchema = z.strictObject({
  monitorId: monitorIdSchema,
  at: utcMsSchema,
  /** Ed25519 over `receiptBytes` (room `ledger`), base64url without padding. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type ProofReceipt = z.infer<typeof proofReceiptSchema>;

/** `other-bytes`: there is an object, but not of these bytes. `busy`: ask again later. */
export const proofOutcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('proven'), receipt: proofReceiptSchema }),
  z.strictObject({
    outcome: z.enum(['other-bytes', 'not-found', 'busy', 'archive-failed', 'refused']),
    message: z.string().max(300),
  }),
]);
export type ProofOutcome = z.infer<typeof proofOutcomeSchema>;
