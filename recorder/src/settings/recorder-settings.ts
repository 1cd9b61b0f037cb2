import ipaddr from 'ipaddr.js';
import { hostname } from 'node:os';
import { z } from 'zod';
import { objectStoreSettingsSchema } from '@minhbach/shared/object-store';
import { enrolmentCodeSchema } from '@minhbach/shared/protocol';
import { monitorUrlFault } from './monitor-url.ts';
import { uploadHoursPattern } from './upload-hours-pattern.ts';

const monitorUrlSchema = z.string().check((context) => {
  const fault = monitorUrlFault(context.value);
  if (fault !== undefined) context.issues.push({ code: 'custom', message: fault, input: context.value });
});

const monitorSettingsSchema = z
  .strictObject({
    url: monitorUrlSchema,
    enrolmentCode: z
      .string()
      .refine(
        (code) => enrolmentCodeSchema.safeParse(code).success,
        'looks like mb1.<43 characters>.<22 characters>',
      )
      .optional(),
    /** Read when first needed, so it may be written after the recorder started. */
    enrolmentCodeFile: z.string().min(1).optional(),
    /** The home monitor configures; the others read and witness. */
    home: z.boolean().default(true),
  })
  .refine((monitor) => monitor.enrolmentCode === undefined || monitor.enrolmentCodeFile === undefined, {
    message: 'give enrolmentCode or enrolmentCodeFile, not both',
  });
export type MonitorSettings = z.infer<typeof monitorSettingsSchema>;

const networkSchema = z
  .string()
  .refine((cidr) => ipaddr.isValidCIDR(cidr), 'is a network such as 10.20.0.0/16 or fd00:20::/32');

const cameraNetworksSchema = z.strictObject({
  /** For demos and tests; a camera never lives on the recorder itself. */
  allowLoopback: z.boolean().default(false),
  allowLinkLocal: z.boolean().default(false),
  /** When given, cameras may be reached in these networks only. */
  allow: z.array(networkSchema).min(1).max(100).optional(),
});
export type CameraNetworks = z.infer<typeof cameraNetworksSchema>;

const uploadSettingsSchema = z.strictObject({
  parallel: z.int().min(1).max(16).default(3),
  /** For bodies sent and read back together; without it, as fast as the line. */
  maxBytesPerSecond: z.int().min(16_000).max(10_000_000_000).optional(),
  /** When footage may be sent, such as `19:00-06:00`; without it, always. Ledger, alarms and small pictures go at any hour. */
  hours: z
    .array(z.string().regex(uploadHoursPattern, 'is a span such as 19:00-06:00'))
    .min(1)
    .max(10)
    .optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, 'is a time zone such as Asia/Ho_Chi_Minh')
    .default('Asia/Ho_Chi_Minh'),
  /** A small picture of each segment, ahead of its footage and at any hour. `thin-line`: where hours or a cap are set. */
  thumbnails: z.enum(['always', 'thin-line', 'never']).default('thin-line'),
  /** Who reads objects back: this recorder, or the home monitor, which then signs for each. */
  proveBy: z.enum(['recorder', 'monitor']).default('recorder'),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const mebibyte = 1024 * 1024;

export const recorderSettingsSchema = z
  .strictObject({
    /** What people see until somebody renames the recorder at the monitor. */
    name: z.string().trim().min(1).max(200).default(hostname),
    dataDirectory: z.string().min(1),
    archive: objectStoreSettingsSchema,
    monitors: z
      .array(monitorSettingsSchema)
      .max(8)
      .default([])
      .refine((monitors) => new Set(monitors.map((monitor) => monitor.url)).size === monitors.length, {
        message: 'names the same monitor twice',
      }),
    cameraNetworks: cameraNetworksSchema.prefault({}),
    spool: z
      .strictObject({
        /** Proven footage kept for quick playback; what is not proven yet is kept whatever its size. */
        cacheBytes: z
          .int()
          .min(0)
          .max(Number.MAX_SAFE_INTEGER)
          .default(20 * 1024 * mebibyte),
        /** Proven footage leaves, whatever the cache may hold, when less than this is free on the disk. */
        reserveBytes: z
          .int()
          .min(0)
          .max(Number.MAX_SAFE_INTEGER)
          .default(1024 * mebibyte),
        /** At which sealed files are read again, to see that they are what was sealed. */
        scrubBytesPerSecond: z
          .int()
          .min(1024)
          .max(1024 * mebibyte)
          .default(4 * mebibyte),
      })
      .prefault({}),
    ledger: z
      .strictObject({
        /** How often the ledger's head is signed while facts are added. What is not under a head proves nothing yet. */
        headEveryMs: z.int().min(500).max(60_000).default(60_000),
      })
      .prefault({}),
    upload: uploadSettingsSchema.prefault({}),
    segment: z
      .strictObject({
        maxDurationMs: z.int().min(1_000).max(60_000).default(60_000),
        maxBytes: z
          .int()
          .min(65_536)
          .max(16 * mebibyte)
          .default(16 * mebibyte),
      })
      .prefault({}),
    /** When the monitors are told that something is wrong here. */
    faults: z
      .strictObject({
        /** Footage not proven in the archive this long after it was recorded. */
        spoolAgeMs: z
          .int()
          .min(60_000)
          .max(30 * 86_400_000)
          .default(3_600_000),
        /** The archive failing for this long. */
        archiveGraceMs: z.int().min(0).max(3_600_000).default(30_000),
      })
      .prefault({}),
    /** What pictures show and sounds let hear. */
    content: z
      .strictObject({
        /** A source nothing is wrong with is decoded this often, beside what signs lead to. */
        lookEveryMs: z.int().min(10_000).max(86_400_000).default(900_000),
        /** A keyframe that comes again byte for byte within this time is footage played again. */
        loopHorizonMs: z.int().min(10_000).max(86_400_000).default(3_600_000),
      })
      .prefault({}),
    metricsListen: z
      .strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.int().min(0).max(65_535) })
      .optional(),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine(({ upload, monitors }) => upload.proveBy === 'recorder' || monitors.some(({ home }) => home), {
    path: ['upload', 'proveBy'],
    message: 'may be monitor only with a home monitor under monitors',
  });
export type RecorderSettings = z.infer<typeof recorderSettingsSchema>;
