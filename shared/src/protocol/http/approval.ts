import { z } from 'zod';
import {
  approvalIdSchema,
  counterIdSchema,
  personIdSchema,
  unitIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';

/** What takes two people. `subjectId` names an export, a change of calendar, account or retention, or a hold. */
export const approvalKindSchema = z.enum([
  'export',
  'calendar-reduction',
  'hold-release',
  'retention-cut',
  'role-grant',
  'account-recovery',
]);
export type ApprovalKind = z.infer<typeof approvalKindSchema>;
export const approvalStateSchema = z.enum(['waiting', 'given', 'refused', 'expired']);
export type ApprovalState = z.infer<typeof approvalStateSchema>;

export const secondKeyReasonSchema = z
  .string()
  .trim()
  .min(5, 'a reason has at least 5 characters')
  .max(2000, 'a reason has at most 2000 characters');

const namedPersonSchema = z.strictObject({
  id: personIdSchema,
  displayName: z.string(),
  unitId: unitIdSchema,
  unitName: z.string(),
});

const asked = {
  id: approvalIdSchema,
  kind: approvalKindSchema,
  subjectId: z.uuid(),
  /** Absent for what is about an account. */
  counterId: counterIdSchema.optional(),
  /** Whose account it is about. */
  personName: z.string().optional(),
  /** The span it is about. */
  from: utcMsSchema.optional(),
  to: utcMsSchema.optional(),
  reason: z.string(),
  askedBy: namedPersonSchema,
  askedAt: utcMsSchema,
  expiresAt: utcMsSchema,
  /** Whether the person asking could decide this now. The server decides again when they do. */
  mayDecide: z.boolean(),
};
const decided = {
  decidedBy: namedPersonSchema,
  decidedAt: utcMsSchema,
  decisionReason: z.string(),
};

/** A decision that needs a second key: of another person, of another unit, once, before it expires. */
export const approvalSchema = z.discriminatedUnion('state', [
  z.strictObject({ ...asked, state: z.literal('waiting') }),
  z.strictObject({ ...asked, ...decided, state: z.literal('given') }),
  z.strictObject({ ...asked, ...decided, state: z.literal('refused') }),
  z.strictObject({ ...asked, state: z.literal('expired') }),
]);
export type Approval = z.infer<typeof approvalSchema>;

export const approvalDecisionSchema = z.strictObject({
  decision: z.enum(['give', 'refuse']),
  reason: secondKeyReasonSchema,
});
export type ApprovalDecision = z.infer<typeof approvalDecisionSchema>;
