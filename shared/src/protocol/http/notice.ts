import { z } from 'zod';
import {
  counterIdSchema,
  noticeIdSchema,
  sha256HexSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';

/** What a notice says, frozen when it was made. */
export const noticeTextSchema = z.strictObject({
  siteName: z.string(),
  counterName: z.string(),
  /** Of the page the QR code opens. */
  address: z.string(),
  hotline: z.string(),
  purpose: z.string(),
  purposeEnglish: z.string(),
  legalBasis: z.string(),
  legalBasisEnglish: z.string(),
  controller: z.string(),
});
export type NoticeText = z.infer<typeof noticeTextSchema>;

/** A version of the notice that hangs at a counter. */
export const noticeSchema = z.strictObject({
  id: noticeIdSchema,
  counterId: counterIdSchema,
  /** From 1 for each counter. */
  version: z.int(),
  madeAt: utcMsSchema,
  madeBy: z.strictObject({ id: z.string(), displayName: z.string() }),
  text: noticeTextSchema,
  /** Of the PDF, which is the same bytes for ever. */
  sha256: sha256HexSchema,
  postedAt: utcMsSchema.optional(),
  /** The newest of its counter, and still what a notice made now would say. */
  current: z.boolean(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** `current` only once it hangs; `outdated`: what hangs or was made says something else than it should. */
export const noticeStandingSchema = z.strictObject({
  counterId: counterIdSchema,
  standing: z.enum(['current', 'outdated', 'missing']),
});
export type NoticeStanding = z.infer<typeof noticeStandingSchema>;
