import { z } from 'zod';
import {
  counterIdSchema,
  timeInputSchema,
  transactionIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { listQueryShape } from './list.ts';
import { inputRules } from './input-rule.ts';

const codeSchema = z
  .string()
  .trim()
  .min(1, 'a code has at least 1 character')
  .max(100, 'a code has at most 100 characters')
  .regex(/^[^\p{Cc}]*$/u, inputRules['no-control-characters']);
/** The staff number the queue machine or the roster knows an official by. */
export const officialCodeSchema = codeSchema;

/** One service at a counter, as a queue machine tells of it. Told again, it is the same one. */
export const transactionInputSchema = z
  .strictObject({
    counterId: counterIdSchema,
    ticket: codeSchema.optional(),
    dossierCode: codeSchema.optional(),
    officialCode: officialCodeSchema.optional(),
    startedAt: timeInputSchema,
    /** Absent while it runs. */
    endedAt: timeInputSchema.optional(),
  })
  .refine(({ ticket, dossierCode }) => ticket !== undefined || dossierCode !== undefined, {
    path: ['ticket'],
    message: inputRules['ticket-or-code'],
  });
export type TransactionInput = z.output<typeof transactionInputSchema>;

/** One, or up to 200 that are noted all or none. */
export const transactionsInputSchema = z.union([
  z.strictObject({ items: z.array(transactionInputSchema).min(1).max(200) }),
  transactionInputSchema,
]);
export const transactionsNotedSchema = z.union([
  z.strictObject({ items: z.array(z.strictObject({ id: transactionIdSchema })) }),
  z.strictObject({ id: transactionIdSchema }),
]);
export const transactionsImportedSchema = z.strictObject({
  rows: z.int(),
  made: z.int(),
  changed: z.int(),
  unchanged: z.int(),
});

export const transactionSchema = z.strictObject({
  id: transactionIdSchema,
  counterId: counterIdSchema,
  ticket: z.string().optional(),
  dossierCode: z.string().optional(),
  /** Only for a supervisor, or with a case that covers it. */
  officialCode: z.string().optional(),
  startedAt: utcMsSchema,
  endedAt: utcMsSchema.optional(),
});
export type Transaction = z.infer<typeof transactionSchema>;

export const transactionQuerySchema = z.strictObject({
  ...listQueryShape,
  ticket: codeSchema.optional(),
  dossierCode: codeSchema.optional(),
  officialCode: officialCodeSchema.optional(),
  counterId: counterIdSchema.optional(),
  from: timeInputSchema.optional(),
  to: timeInputSchema.optional(),
  caseId: z.uuid().optional(),
  /** Why a supervisor looks for one official. */
  reason: z.string().trim().min(5, 'a reason has at least 5 characters').max(500).optional(),
});

export const reconciliationStates = ['whole', 'no-sound', 'no-picture', 'missing', 'running'] as const;
const reconciliationStateSchema = z.enum(reconciliationStates);
export type ReconciliationState = z.infer<typeof reconciliationStateSchema>;

export const reconciliationQuerySchema = z.strictObject({
  counterId: counterIdSchema,
  from: timeInputSchema,
  to: timeInputSchema,
});

/** Services against sealed footage. The states sum to `served`. */
export const reconciliationSchema = z.strictObject({
  asOf: utcMsSchema,
  served: z.int(),
  /** Picture and sound at every moment. */
  whole: z.int(),
  /** Picture at every moment, sound not. */
  noSound: z.int(),
  noPicture: z.int(),
  /** Neither at every moment. */
  missing: z.int(),
  /** No end was told yet, or what lacks may still come. */
  running: z.int(),
  items: z.array(
    z.strictObject({
      transactionId: transactionIdSchema,
      ticket: z.string().optional(),
      dossierCode: z.string().optional(),
      startedAt: utcMsSchema,
      endedAt: utcMsSchema.optional(),
      state: reconciliationStateSchema,
      /** Of the span until its end: with picture and sound, with picture, with sound. */
      wholeMs: z.int(),
      pictureMs: z.int(),
      soundMs: z.int(),
    }),
  ),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;
