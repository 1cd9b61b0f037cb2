import { z } from 'zod';
import {
  attachmentIdSchema,
  caseIdSchema,
  complaintIdSchema,
  counterIdSchema,
  holdIdSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { secondKeyReasonSchema } from './approval.ts';
import { inputRules } from './input-rule.ts';

/**
 * Two routes of Vietnamese law with different secrecy: a complaint (khiếu nại) is about what was done to oneself, a
 * denunciation (tố cáo) about somebody breaking the law, and who denounced is known to those who handle it alone
 * (Law on Denunciations 25/2018/QH14, article 56).
 */
export const complaintKindSchema = z.enum(['complaint', 'denunciation']);
export type ComplaintKind = z.infer<typeof complaintKindSchema>;
export const complaintChannelSchema = z.enum(['hotline', 'qr', 'letter', 'other']);
export type ComplaintChannel = z.infer<typeof complaintChannelSchema>;
export const complaintStateSchema = z.enum(['received', 'in-case', 'closed']);
export type ComplaintState = z.infer<typeof complaintStateSchema>;

const lineSchema = z
  .string()
  .trim()
  .min(1)
  .max(200, 'at most 200 characters')
  .regex(/^[^\p{Cc}]*$/u, inputRules['no-control-characters']);
/** What is printed on a queue ticket or a dossier's receipt. */
const codeSchema = lineSchema.max(60, 'at most 60 characters');
const textSchema = z
  .string()
  .trim()
  .min(1, 'say what happened')
  .max(10_000, 'at most 10000 characters')
  .regex(/^(?:[^\p{Cc}]|[\n\r\t])*$/u, inputRules['no-control-characters']);

/** Who complained, if they said so. */
export const reporterSchema = z.strictObject({
  name: lineSchema.optional(),
  phone: z
    .string()
    .trim()
    .regex(/^\+?[\d .()-]{6,30}$/, 'a phone number has 6 to 30 digits, spaces or dashes')
    .optional(),
  email: z.email('a mail address').max(320).optional(),
  address: lineSchema.optional(),
});
export type Reporter = z.infer<typeof reporterSchema>;

const place = {
  counterId: counterIdSchema.optional(),
  happenedFrom: timeInputSchema.optional(),
  /** At most now; without it the hour around `happenedFrom` is meant. */
  happenedTo: timeInputSchema.optional(),
};

const told = {
  ...place,
  kind: complaintKindSchema.default('complaint'),
  dossierCode: codeSchema.optional(),
  ticket: codeSchema.optional(),
  text: textSchema,
  reporter: reporterSchema.optional(),
};

export const complaintInputSchema = z.strictObject({ channel: complaintChannelSchema, ...told });
export type ComplaintInput = z.input<typeof complaintInputSchema>;

/** From the page behind a counter's QR code, by somebody unknown to us. */
export const publicComplaintInputSchema = z.strictObject({
  ...told,
  /** A field people do not see. What fills it in is a machine. */
  website: z.string().max(200).optional(),
});

/** `receiptCode` is shown once: only a keyed digest of it is kept. */
export const complaintTakenSchema = z.strictObject({
  id: complaintIdSchema,
  receiptCode: z.string(),
  /** Of footage now exempt from retention. */
  holdId: holdIdSchema.optional(),
});
export type ComplaintTaken = z.infer<typeof complaintTakenSchema>;
export const publicComplaintTakenSchema = complaintTakenSchema.pick({ receiptCode: true });

export const complaintPlaceInputSchema = z.strictObject({
  counterId: counterIdSchema,
  happenedFrom: timeInputSchema,
  happenedTo: timeInputSchema.optional(),
});

export const attachmentSchema = z.strictObject({
  id: attachmentIdSchema,
  name: z.string(),
  contentType: z.string(),
  bytes: z.int(),
  receivedAt: utcMsSchema,
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** One of several spans a complaint may be about, with the hold on it. */
export const complaintClipSchema = z.strictObject({
  counterId: counterIdSchema,
  from: utcMsSchema,
  to: utcMsSchema,
  holdId: holdIdSchema,
});

/** What everybody sees who may know of it. */
export const complaintSchema = z.strictObject({
  id: complaintIdSchema,
  kind: complaintKindSchema,
  channel: complaintChannelSchema,
  state: complaintStateSchema,
  receivedAt: utcMsSchema,
  counterId: counterIdSchema.optional(),
  happenedFrom: utcMsSchema.optional(),
  happenedTo: utcMsSchema.optional(),
  clips: z.array(complaintClipSchema),
  caseId: caseIdSchema.optional(),
  /** The last day for taking it up, and for its outcome. */
  acceptBy: utcMsSchema,
  answerBy: utcMsSchema,
  /** Absent for who may not read it: denunciations are read by those who handle them. */
  content: z
    .strictObject({
      text: z.string(),
      dossierCode: z.string().optional(),
      ticket: z.string().optional(),
      hasReporter: z.boolean(),
      attachments: z.array(attachmentSchema),
    })
    .optional(),
});
export type Complaint = z.infer<typeof complaintSchema>;

export const reporterRequestSchema = z.strictObject({ reason: secondKeyReasonSchema });
export const reporterAnswerSchema = z.strictObject({ reporter: reporterSchema });

const receiptCodeSchema = z.string().trim().min(1).max(40);
export const complaintFollowInputSchema = z.strictObject({ receiptCode: receiptCodeSchema });
/** What the person who complained sees by the code. Nothing of the office, of people, or of footage. */
export const complaintFollowedSchema = z.strictObject({
  kind: complaintKindSchema,
  state: complaintStateSchema,
  receivedAt: utcMsSchema,
  acceptBy: utcMsSchema,
  answerBy: utcMsSchema,
  /** Stated for the person when the case was closed. */
  answer: z.string().optional(),
});

/** What the complaint page of a counter shows of it. */
export const publicCounterSchema = z.strictObject({
  id: counterIdSchema,
  name: z.string(),
  siteName: z.string(),
});

/** All a head of an office ever learns: how many in each week that is over, at each site of the own unit. */
export const complaintAggregateSchema = z.strictObject({
  items: z.array(
    z.strictObject({ siteId: z.string(), weekFrom: utcMsSchema, weekTo: utcMsSchema, complaints: z.int() }),
  ),
});
