import { z } from 'zod';

const seconds = 1_000;
const minutes = 60_000;
const hours = 60 * minutes;
const address = z
  .string()
  .min(3)
  .max(320)
  .regex(/^[^\s<>",;@]+@[^\s<>",;@]+$/, 'is one mail address');
const timeoutMs = z
  .int()
  .min(seconds)
  .max(minutes)
  .default(10 * seconds);

const webhookSchema = z.strictObject({
  url: z
    .string()
    .max(2000)
    .refine(isWebAddress, 'is an http:// or https:// address without user name or password'),
  /** What signs each message. */
  secretFile: z.string().min(1),
  /** PEM, where the receiver's certificate is not signed by a public authority. */
  caFile: z.string().min(1).optional(),
  timeoutMs,
});

const smtpSchema = z
  .strictObject({
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).default(465),
    security: z.enum(['tls', 'starttls', 'none']).default('tls'),
    username: z.string().min(1).max(320).optional(),
    passwordFile: z.string().min(1).optional(),
    caFile: z.string().min(1).optional(),
    from: address,
    to: z.array(address).min(1).max(50),
    /** Told besides when nobody owns an alarm in time. */
    escalateTo: z.array(address).max(50).default([]),
    timeoutMs,
  })
  .refine((smtp) => (smtp.username === undefined) === (smtp.passwordFile === undefined), {
    path: ['passwordFile'],
    message: 'username and passwordFile go together',
  })
  .refine((smtp) => smtp.username === undefined || smtp.security !== 'none', {
    path: ['security'],
    message: 'a password is not sent without tls or starttls',
  });

/** When something is an alarm, and who is told of it outside. */
export const alarmSettingsSchema = z.strictObject({
  /** A source that does not record for this long is an alarm; one that keeps failing is at once. */
  sourceGraceMs: z
    .int()
    .min(0)
    .max(10 * seconds)
    .default(4 * seconds),
  recorderGraceMs: z
    .int()
    .min(0)
    .max(10 * minutes)
    .default(10 * seconds),
  /** On top, after this program's start: recorders need to find back. */
  startGraceMs: z
    .int()
    .min(0)
    .max(10 * minutes)
    .default(20 * seconds),
  clockToleranceMs: z
    .int()
    .min(100)
    .max(10 * minutes)
    .default(5 * seconds),
  /** Duty time that is still unexplained after this long raises an alarm of its own. */
  unexplainedAfterMs: z
    .int()
    .min(0)
    .max(7 * 24 * hours)
    .default(5 * minutes),
  /** An alarm nobody owns is passed up after this long, and again after as long. */
  escalateAfterMs: z
    .int()
    .min(seconds)
    .max(24 * hours)
    .default(5 * minutes),
  /** What comes back within this after its end reopens the alarm that was closed. */
  reopenWithinMs: z
    .int()
    .min(0)
    .max(30 * 24 * hours)
    .default(24 * hours),
  /** Local time of day at which declared cameras are held against working ones. */
  summaryAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time of day, HH:MM')
    .default('07:15'),
  webhooks: z
    .array(webhookSchema)
    .max(10)
    .default([])
    .refine((webhooks) => new Set(webhooks.map(({ url }) => url)).size === webhooks.length, {
      message: 'names the same address twice',
    }),
  smtp: smtpSchema.optional(),
});
export type AlarmSettings = z.infer<typeof alarmSettingsSchema>;

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

/** With paths that start at the directory of the file they stand in. */
export function withAbsoluteAlarmPaths(
  alarms: AlarmSettings,
  absolute: (path: string) => string,
): AlarmSettings {
  const { webhooks, smtp } = alarms;
  const ca = (caFile: string | undefined) => (caFile === undefined ? {} : { caFile: absolute(caFile) });
  return {
    ...alarms,
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      secretFile: absolute(webhook.secretFile),
      ...ca(webhook.caFile),
    })),
    ...(smtp && {
      smtp: {
        ...smtp,
        ...(smtp.passwordFile === undefined ? {} : { passwordFile: absolute(smtp.passwordFile) }),
        ...ca(smtp.caFile),
      },
    }),
  };
}
