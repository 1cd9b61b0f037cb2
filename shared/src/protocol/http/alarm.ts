import { z } from 'zod';
import {
  alarmIdSchema,
  counterIdSchema,
  recorderIdSchema,
  siteIdSchema,
  sourceIdSchema,
  unitIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { recorderFaultKinds } from '../uplink/recorder-fault.ts';
import { gapCauseSchema } from '../uplink/source-state.ts';

/** What somebody must own. Kinds may be added; none is ever renamed. */
export const alarmKinds = [
  'source-down',
  'source-stalled',
  'sound-missing',
  'recorder-silent',
  'recorder-identity-twice',
  'ledger-refused',
  'ledger-restarted',
  'head-overdue',
  'footage-lost',
  'cameras-missing',
  'index-rebuilt',
  'footage-short',
  'quota-passed',
  'holds-differ',
  'retention-failed',
  /** Duty time of a counter and day that nobody has explained. */
  'unexplained-gap',
  ...recorderFaultKinds,
] as const;
export const alarmKindSchema = z.enum(alarmKinds);
export type AlarmKind = z.infer<typeof alarmKindSchema>;

/** Rising. */
export const alarmSeverities = ['low', 'medium', 'high', 'critical'] as const;
export const alarmSeveritySchema = z.enum(alarmSeverities);
export type AlarmSeverity = z.infer<typeof alarmSeveritySchema>;

/** What is known of the condition behind the alarm. `unknown`: whoever could say is out of reach. */
export const alarmConditionSchema = z.enum(['standing', 'ended', 'unknown']);
export type AlarmCondition = z.infer<typeof alarmConditionSchema>;

export const alarmStateSchema = z.enum(['raised', 'acknowledged', 'owned', 'explained', 'closed']);
export type AlarmState = z.infer<typeof alarmStateSchema>;

const actSchema = z.strictObject({ id: z.string(), displayName: z.string(), at: utcMsSchema });
export type AlarmAct = z.infer<typeof actSchema>;
/** `text` is absent for readers whom free text of others is not meant for. */
const explanationSchema = actSchema.extend({ text: z.string().optional() });

const common = {
  id: alarmIdSchema,
  /** Grows with every change; `GET /alarms?afterSeq=` catches up. */
  seq: z.int(),
  kind: alarmKindSchema,
  severity: alarmSeveritySchema,
  /** Where: a site, or for what concerns all of a unit's sites the unit. */
  siteId: siteIdSchema.optional(),
  unitId: unitIdSchema.optional(),
  recorderId: recorderIdSchema.optional(),
  counterId: counterIdSchema.optional(),
  sourceId: sourceIdSchema.optional(),
  cause: gapCauseSchema.optional(),
  /** One line of what was seen, as the machine said it. */
  evidence: z.string().optional(),
  /** `cameras-missing`: how many cameras there should be and how many record. */
  cameras: z.strictObject({ declared: z.int(), working: z.int() }).optional(),
  /** When the condition first and last began; `to` when it ended. */
  from: utcMsSchema,
  lastSeen: utcMsSchema,
  to: utcMsSchema.optional(),
  condition: alarmConditionSchema,
  /** How often the condition came up since the alarm was first raised. */
  count: z.int().min(1),
  raisedAt: utcMsSchema,
  /** How often it was passed up because nobody owned it. */
  escalation: z.int().min(0),
};
const seen = actSchema.optional();

export const alarmSchema = z.discriminatedUnion('state', [
  z.strictObject({ ...common, state: z.literal('raised') }),
  z.strictObject({ ...common, state: z.literal('acknowledged'), acknowledged: seen }),
  z.strictObject({ ...common, state: z.literal('owned'), acknowledged: seen, owner: seen }),
  /** `owner` is absent while somebody explained what nobody owns: it still escalates. */
  z.strictObject({
    ...common,
    state: z.literal('explained'),
    acknowledged: seen,
    owner: seen,
    explanation: explanationSchema.optional(),
  }),
  z.strictObject({
    ...common,
    state: z.literal('closed'),
    acknowledged: seen,
    owner: seen,
    explanation: explanationSchema.optional(),
    closed: explanationSchema.optional(),
  }),
]);
export type Alarm = z.infer<typeof alarmSchema>;

const sentence = (what: string) =>
  z
    .string()
    .trim()
    .min(5, `${what} has at least 5 characters`)
    .max(2000, `${what} has at most 2000 characters`);
export const alarmExplainInputSchema = z.strictObject({ text: sentence('an explanation') });
/** Without a reason only when the condition has ended. */
export const alarmCloseInputSchema = z.strictObject({ reason: sentence('a reason').optional() });
