import { z } from 'zod';
import {
  caseIdSchema,
  caseItemIdSchema,
  complaintIdSchema,
  counterIdSchema,
  exportIdSchema,
  holdIdSchema,
  incidentIdSchema,
  personIdSchema,
  sha256HexSchema,
  timeInputSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { nameSchema } from './people.ts';

const noteTextSchema = z.string().trim().min(1, 'say something').max(10_000, 'at most 10000 characters');
const namedPersonSchema = z.strictObject({ id: personIdSchema, displayName: z.string() });

export const caseOutcomeSchema = z.enum([
  'founded',
  'partly-founded',
  'unfounded',
  'not-enough-evidence',
  'withdrawn',
]);
export type CaseOutcome = z.infer<typeof caseOutcomeSchema>;
export const caseStateSchema = z.enum(['open', 'referred', 'closed']);
export type CaseState = z.infer<typeof caseStateSchema>;

export const caseInputSchema = z.strictObject({
  complaintIds: z.array(complaintIdSchema).max(50).default([]),
  incidentIds: z.array(incidentIdSchema).max(50).default([]),
  title: nameSchema,
});
export type CaseInput = z.input<typeof caseInputSchema>;

export const caseFootageInputSchema = z.strictObject({
  counterId: counterIdSchema,
  from: timeInputSchema,
  to: timeInputSchema,
  label: z.string().trim().max(200).optional(),
});
export const caseNoteInputSchema = z.strictObject({ text: noteTextSchema });
export const caseMarkInputSchema = z.strictObject({
  counterId: counterIdSchema,
  at: timeInputSchema,
  text: z.string().trim().min(1, 'say what is seen or heard').max(1_000, 'at most 1000 characters'),
});
export const caseTaskInputSchema = z.strictObject({
  text: z.string().trim().min(1, 'say what is to be done').max(1_000, 'at most 1000 characters'),
  dueAt: timeInputSchema.optional(),
});
/** Who may be asked to work on a case. */
export const caseCandidatesSchema = z.strictObject({
  items: z.array(z.strictObject({ id: personIdSchema, displayName: z.string(), unitName: z.string() })),
});

export const caseMemberInputSchema = z.strictObject({ personId: personIdSchema });
export const caseComplaintsInputSchema = z.strictObject({
  complaintIds: z.array(complaintIdSchema).min(1).max(50),
});
export const caseIncidentsInputSchema = z.strictObject({
  incidentIds: z.array(incidentIdSchema).min(1).max(50),
});
export const caseReferralInputSchema = z.strictObject({ to: nameSchema, text: noteTextSchema });
export const caseCloseInputSchema = z.strictObject({
  outcome: caseOutcomeSchema,
  text: noteTextSchema,
  /** What people who complained read by their receipt code. */
  answer: z.string().trim().max(4_000).optional(),
});

/** A line of the list of cases. */
export const caseSchema = z.strictObject({
  id: caseIdSchema,
  /** `2026-0042`: year and number within it. */
  number: z.string(),
  title: z.string(),
  state: caseStateSchema,
  openedAt: utcMsSchema,
  openedBy: namedPersonSchema,
  complaints: z.int(),
  answerBy: utcMsSchema.optional(),
  closedAt: utcMsSchema.optional(),
  outcome: caseOutcomeSchema.optional(),
  /** Whether the person asking works on it. */
  isMember: z.boolean(),
});
export type Case = z.infer<typeof caseSchema>;

const made = { id: caseItemIdSchema, at: utcMsSchema, by: namedPersonSchema };

/** All of a case. */
export const caseFileSchema = caseSchema.extend({
  members: z.array(namedPersonSchema),
  complaintIds: z.array(complaintIdSchema),
  incidentIds: z.array(incidentIdSchema),
  footage: z.array(
    z.strictObject({
      ...made,
      counterId: counterIdSchema,
      from: utcMsSchema,
      to: utcMsSchema,
      label: z.string().optional(),
      holdId: holdIdSchema,
    }),
  ),
  marks: z.array(
    z.strictObject({ ...made, counterId: counterIdSchema, markedAt: utcMsSchema, text: z.string() }),
  ),
  notes: z.array(z.strictObject({ ...made, text: z.string() })),
  tasks: z.array(
    z.strictObject({
      ...made,
      text: z.string(),
      dueAt: utcMsSchema.optional(),
      doneAt: utcMsSchema.optional(),
      doneBy: namedPersonSchema.optional(),
    }),
  ),
  exportIds: z.array(exportIdSchema),
  referral: z
    .strictObject({ at: utcMsSchema, by: namedPersonSchema, to: z.string(), text: z.string() })
    .optional(),
  closing: z
    .strictObject({
      at: utcMsSchema,
      by: namedPersonSchema,
      outcome: caseOutcomeSchema,
      text: z.string(),
      answer: z.string().optional(),
    })
    .optional(),
});
export type CaseFile = z.infer<typeof caseFileSchema>;

/** What was done with the footage of a case, by whom, in the order it was done; from the ledger. */
export const custodySchema = z.strictObject({
  items: z.array(
    z.strictObject({
      seq: z.int(),
      at: utcMsSchema,
      kind: z.string(),
      by: namedPersonSchema.optional(),
      counterId: counterIdSchema.optional(),
      from: utcMsSchema.optional(),
      to: utcMsSchema.optional(),
      exportId: exportIdSchema.optional(),
      /** Of the package. */
      sha256: sha256HexSchema.optional(),
      /** By name: who was handed the package, or fetched it without an account. */
      recipient: z.string().optional(),
    }),
  ),
});
export type Custody = z.infer<typeof custodySchema>;
