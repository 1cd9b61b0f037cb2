import { isIP } from 'node:net';
import { z } from 'zod';
import { LedgerError, parseVerifierKey } from '@minhbach/shared/ledger';
import { objectStoreSettingsSchema } from '@minhbach/shared/object-store';
import { alarmSettingsSchema } from './alarm-settings.ts';

const listenSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free port; the log says which. */
  port: z.int().min(0).max(65_535).default(8080),
});

const minutes = 60_000;

function noticeTextSchema(most: number) {
  return z.string().trim().min(1).max(most, `is at most ${most} characters`);
}

export const monitorSettingsSchema = z
  .strictObject({
    listen: listenSchema.prefault({}),
    /** Without it, the monitor listens on this machine only. */
    tls: z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) }).optional(),
    /** Origins pages may come from besides the address asked for: those of a reverse proxy. */
    publicOrigins: z
      .array(z.string().refine(isOrigin, 'is an origin such as https://monitor.example.vn'))
      .max(20)
      .default([]),
    /** Addresses or networks of reverse proxies, whose word for the caller's address is taken; without, nobody's is. */
    trustedProxies: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(20)
      .default([]),
    dataDirectory: z.string().min(1),
    shield: z
      .strictObject({
        /** The key over personal fields; made at the first start. Best on another disk than the database and its backups. */
        keyFile: z.string().min(1).optional(),
      })
      .prefault({}),
    archive: objectStoreSettingsSchema,
    session: z
      .strictObject({
        /** A session nobody uses ends after this long. */
        idleMs: z
          .int()
          .min(minutes)
          .max(24 * 60 * minutes)
          .default(60 * minutes),
        /** And after this long in any case. */
        absoluteMs: z
          .int()
          .min(minutes)
          .max(7 * 24 * 60 * minutes)
          .default(12 * 60 * minutes),
      })
      .prefault({}),
    signIn: z
      .strictObject({
        /** Wrong passwords for one account, and from one address, within `windowMs`. */
        perAccount: z.int().min(1).max(1000).default(10),
        perAddress: z.int().min(1).max(10_000).default(50),
        windowMs: z
          .int()
          .min(1_000)
          .max(24 * 60 * minutes)
          .default(15 * minutes),
      })
      .prefault({}),
    retention: z
      .strictObject({
        /** Between two runs: holds extended and compared with the ledger, then footage whose days are over removed. */
        everyMs: z
          .int()
          .min(100)
          .max(24 * 60 * minutes)
          .default(10 * minutes),
        /** Between two looks for new entries of recorders to put into the archive. */
        entriesEveryMs: z
          .int()
          .min(100)
          .max(60 * minutes)
          .default(5 * minutes),
      })
      .prefault({}),
    ledger: z
      .strictObject({
        /** How often the head of the monitor's own ledger is signed while people do things. */
        headEveryMs: z.int().min(500).max(minutes).default(minutes),
        /** Keys of witnesses elsewhere that may add their signatures to heads, as their programs print them. */
        witnesses: z
          .array(z.string().refine(isWitnessKey, 'is a line NAME+ID+KEY as `npm run witness` prints it'))
          .max(20)
          .default([]),
      })
      .prefault({}),
    sweeps: z
      .strictObject({
        /** Between two rounds of random checks; the first comes after as long. */
        everyMs: z
          .int()
          .min(1_000)
          .max(24 * 60 * minutes)
          .default(60 * minutes),
        /** Segments of each recorder looked at in a round. */
        sample: z.int().min(1).max(1_000).default(10),
      })
      .prefault({}),
    approvals: z
      .strictObject({
        /** How long a second key is waited for. */
        lifeMs: z
          .int()
          .min(1_000)
          .max(30 * 24 * 60 * minutes)
          .default(3 * 24 * 60 * minutes),
        /** Between the decision to release a hold and its end; a new hold can still be placed meanwhile. */
        holdReleaseAfterMs: z
          .int()
          .min(0)
          .max(30 * 24 * 60 * minutes)
          .default(24 * 60 * minutes),
        /** Between the decision about an account or a retention and its effect. */
        changeAfterMs: z
          .int()
          .min(0)
          .max(30 * 24 * 60 * minutes)
          .default(60 * minutes),
        /** After the first account one administrator sets people up alone for this long, until footage is held. */
        foundingMs: z
          .int()
          .min(0)
          .max(30 * 24 * 60 * minutes)
          .default(24 * 60 * minutes),
      })
      .prefault({}),
    complaints: z
      .strictObject({
        /** From one address without signing in; an office's people share one. */
        complaintsPerHour: z.int().min(1).max(10_000).default(20),
        wrongCodesPerHour: z.int().min(1).max(1_000).default(10),
        /** Days off that follow the moon or are announced each year, for terms in working days. */
        holidays: z.array(z.iso.date()).max(1_000).default([]),
        /** Saturdays and Sundays that are worked. */
        workdays: z.array(z.iso.date()).max(1_000).default([]),
      })
      .prefault({}),
    /** What hangs at the counters. A notice is made only once hotline, controller and publicOrigins are set. */
    notices: z
      .strictObject({
        hotline: noticeTextSchema(60).optional(),
        /** Who answers for the recording, and how to reach them. */
        controller: noticeTextSchema(200).optional(),
        /** Vietnamese, then English; without both, the monitor's own words. */
        purpose: noticeTextSchema(400).optional(),
        purposeEnglish: noticeTextSchema(400).optional(),
        legalBasis: noticeTextSchema(400).optional(),
        legalBasisEnglish: noticeTextSchema(400).optional(),
      })
      .prefault({}),
    metrics: z
      .strictObject({
        /** A listener of its own, for a network that people's browsers do not reach; by `tls` unless on this machine. */
        listen: listenSchema.extend({ port: z.int().min(0).max(65_535).default(9464) }).optional(),
        /** Or `/metrics` on the monitor's own port, for who shows the token in this file. */
        bearerTokenFile: z.string().min(1).optional(),
      })
      .prefault({}),
    alarms: alarmSettingsSchema.prefault({}),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine((settings) => settings.tls !== undefined || isLoopback(settings.listen.host), {
    path: ['tls'],
    message: 'is needed to listen on anything but this machine (listen.host 127.0.0.1, ::1 or localhost)',
  })
  .refine(
    ({ tls, metrics }) =>
      tls !== undefined || metrics.listen === undefined || isLoopback(metrics.listen.host),
    {
      path: ['metrics', 'listen', 'host'],
      message: 'is 127.0.0.1, ::1 or localhost as long as there is no tls',
    },
  );
export type WrittenSettings = z.infer<typeof monitorSettingsSchema>;
/** With paths that stand for themselves. */
export type MonitorSettings = Omit<WrittenSettings, 'shield'> & {
  readonly shield: { readonly keyFile: string };
};

/** Whether only this machine reaches who listens there: what is plain listens nowhere else. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

function isWitnessKey(text: string): boolean {
  try {
    return parseVerifierKey(text).kind === 'cosignature';
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return false;
  }
}
