import { z } from 'zod';
import { personIdSchema, unitIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';
import { inputRules } from './input-rule.ts';

export const roleSchema = z.enum([
  'technician',
  'monitor',
  'investigator',
  'supervisor',
  'auditor',
  'administrator',
  'head',
]);
export type Role = z.infer<typeof roleSchema>;

/** What people type: trimmed, no control characters. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'a name has 1 to 200 characters')
  .max(200, 'a name has 1 to 200 characters')
  .regex(/^[^\p{Cc}]*$/u, inputRules['no-control-characters']);

export const unitSchema = z.strictObject({
  id: unitIdSchema,
  name: nameSchema,
  /** People of an oversight unit see every unit's sites; others only their own unit's. */
  oversight: z.boolean(),
});
export type Unit = z.infer<typeof unitSchema>;
export const unitInputSchema = unitSchema.omit({ id: true });
export const unitPatchSchema = unitInputSchema.partial();

export const usernameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,39}$/, inputRules['user-name']);
export const passwordSchema = z
  .string()
  .min(12, 'a password has 12 to 200 characters')
  .max(200, 'a password has 12 to 200 characters');

/** What one human being has once, however many accounts: a staff or citizen number. */
export const staffNumberSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9./-]{1,39}$/, inputRules['staff-number']);

export const personSchema = z.strictObject({
  id: personIdSchema,
  username: usernameSchema,
  displayName: nameSchema,
  role: roleSchema,
  unitId: unitIdSchema,
  active: z.boolean(),
  /** Without it, a person can neither ask for nor give a second key: two accounts of one person must show. */
  staffNumber: staffNumberSchema.optional(),
  /** A change of rights or of the password that two people decide; until then everything stays as it is. */
  pending: z.strictObject({ approvalId: z.uuid(), effectiveFrom: utcMsSchema.optional() }).optional(),
});
export type Person = z.infer<typeof personSchema>;

/** Why the account is made or changed; asked for once two people decide on accounts. */
const accountReasonSchema = z
  .string()
  .trim()
  .min(5, 'a reason has at least 5 characters')
  .max(2000, 'a reason has at most 2000 characters')
  .optional();
export const personInputSchema = personSchema
  .omit({ id: true, active: true, pending: true })
  .extend({ password: passwordSchema, reason: accountReasonSchema });
export const personPatchSchema = z.strictObject({
  displayName: nameSchema.optional(),
  role: roleSchema.optional(),
  unitId: unitIdSchema.optional(),
  active: z.boolean().optional(),
  staffNumber: staffNumberSchema.optional(),
  password: passwordSchema.optional(),
  reason: accountReasonSchema,
});

export const signInSchema = z.strictObject({ username: z.string().max(100), password: z.string().max(200) });
export const firstStartInputSchema = z.strictObject({
  code: z.string().trim().max(100),
  unitName: nameSchema,
  username: usernameSchema,
  displayName: nameSchema,
  password: passwordSchema,
});
export const firstStartSchema = z.strictObject({ needed: z.boolean() });

/** Who is signed in. `actions` are rows of the role table this person has, for showing and hiding; the server decides. */
export const meSchema = z.strictObject({
  person: personSchema,
  unit: unitSchema,
  actions: z.array(z.string()),
  serverNow: utcMsSchema,
  expiresAt: utcMsSchema,
});
export type Me = z.infer<typeof meSchema>;
