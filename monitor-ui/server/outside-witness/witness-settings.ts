import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { isKeyName } from '@minhbach/shared/ledger';
import { readSettingsFile } from '@minhbach/shared/settings';
import { languages } from './i18n/index.ts';

const seconds = 1_000;
const minutes = 60 * seconds;

const urlSchema = z
  .string()
  .max(2000)
  .refine(
    isWebAddress,
    'is an https:// address without user name, password, path or query (http:// on this machine)',
  );
const timeoutMs = z
  .int()
  .min(seconds)
  .max(5 * minutes)
  .default(20 * seconds);

const monitorSchema = z.strictObject({
  /** As the page and the log call it. */
  name: z.string().min(1).max(100),
  url: urlSchema,
  /** Of an auditor of an oversight unit: sees ledgers, never footage. */
  username: z.string().min(1).max(200),
  passwordFile: z.string().min(1),
  /** PEM, where the monitor's certificate is not signed by a public authority. */
  caFile: z.string().min(1).optional(),
  timeoutMs,
});

export const witnessSettingsSchema = z
  .strictObject({
    /** Stands in every signature; chosen once. */
    name: z
      .string()
      .min(3)
      .max(100)
      .refine(isKeyName, 'is a name without space or plus sign, such as thanh-tra.example.vn/minh-bach'),
    dataDirectory: z.string().min(1),
    monitors: z
      .array(monitorSchema)
      .min(1)
      .max(100)
      .refine((monitors) => new Set(monitors.map(({ name }) => name)).size === monitors.length, {
        message: 'calls two monitors by one name',
      }),
    /** Keys known from elsewhere, as `npm run verify -- --trust` takes them. Others are taken at first sight. */
    trustFile: z.string().min(1).optional(),
    everyMs: z
      .int()
      .min(200)
      .max(60 * minutes)
      .default(minutes),
    /** No new head of a ledger, or no answer of a monitor, for longer than this is silence. */
    silentAfterMs: z
      .int()
      .min(seconds)
      .max(7 * 24 * 60 * minutes)
      .default(15 * minutes),
    language: z.enum(languages).default('vi'),
    /** Where the page, `/metrics` and `/healthz` are shown. Without it, nothing is listened on. */
    listen: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1'),
        port: z.int().min(0).max(65_535).default(9470),
      })
      .optional(),
    tls: z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) }).optional(),
    /** Told of what was refused and of silence. */
    webhook: z
      .strictObject({
        url: z
          .string()
          .max(2000)
          .refine(
            isSafeAddress,
            'is an https:// address without user name or password (http:// on this machine)',
          ),
        secretFile: z.string().min(1),
        caFile: z.string().min(1).optional(),
        timeoutMs,
      })
      .optional(),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine(({ tls, listen }) => listen === undefined || tls !== undefined || isLoopback(listen.host), {
    path: ['tls'],
    message: 'is needed to listen on anything but this machine (listen.host 127.0.0.1, ::1 or localhost)',
  });
export type WitnessSettings = z.infer<typeof witnessSettingsSchema>;

/** File (YAML or JSON), then environment. Relative paths start at the file's directory. Rejects with `SettingsError`. */
export async function readWitnessSettings(
  file: string,
  environment: NodeJS.ProcessEnv,
): Promise<WitnessSettings> {
  const settings = await readSettingsFile(file, {
    ...{ schema: witnessSettingsSchema, environment, environmentPrefix: 'MINHBACH_WITNESS_' },
  });
  const absolute = (path: string): string => resolve(dirname(resolve(file)), path);
  const ca = (caFile: string | undefined) => (caFile === undefined ? {} : { caFile: absolute(caFile) });
  const { tls, webhook, trustFile } = settings;
  return {
    ...settings,
    dataDirectory: absolute(settings.dataDirectory),
    monitors: settings.monitors.map((monitor) => ({
      ...{ ...monitor, passwordFile: absolute(monitor.passwordFile), ...ca(monitor.caFile) },
    })),
    ...(trustFile === undefined ? {} : { trustFile: absolute(trustFile) }),
    ...(tls && { tls: { certFile: absolute(tls.certFile), keyFile: absolute(tls.keyFile) } }),
    ...(webhook && {
      webhook: { ...webhook, secretFile: absolute(webhook.secretFile), ...ca(webhook.caFile) },
    }),
  };
}

function isWebAddress(text: string): boolean {
  if (!isSafeAddress(text)) return false;
  const { origin } = new URL(text);
  return text === origin || text === `${origin}/`;
}

/** A password, or a notice that somebody would like to hold up, goes unencrypted to this machine only. */
function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    host === '[::1]' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}
