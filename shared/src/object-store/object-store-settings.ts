import { z } from 'zod';

/**
 * A counter's days at the monitor until somebody decides, and an object's lock until the configuration says otherwise. A
 * setting, not law: no rule we know of names a number of days for counter footage.
 */
export const defaultRetentionDays = 90;

/** Five years: what nobody can take back is not to be asked for by one mistyped number. */
export const defaultMostLockDays = 1_830;

/**
 * Each object is locked until so many days after the end of its footage; a store that does not lock is refused. `none`:
 * no object is. Left out: see `objectRetention`.
 */
const retentionSchema = z
  .strictObject({
    mode: z.enum(['compliance', 'governance', 'none']).default('compliance'),
    days: z.int().min(1).max(3_650).default(defaultRetentionDays),
    /** Of a counter that is kept for longer, its own days count, but never more than these. */
    mostDays: z.int().min(1).max(3_650).optional(),
  })
  .refine(({ days, mostDays }) => mostDays === undefined || mostDays >= days, {
    path: ['mostDays'],
    message: 'fewer than retention.days, which is the least',
  });

/** The `archive` part of both configuration files. Paths are resolved by the settings reader. */
export const objectStoreSettingsSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('directory'),
    path: z.string().min(1),
    retention: z
      .never({ error: 'a directory cannot lock objects: leave it out, or use an S3 bucket with object lock' })
      .optional(),
  }),
  z.strictObject({
    type: z.literal('s3'),
    endpoint: z
      .url({ protocol: /^https?$/, error: 'an address like https://store.example:9000' })
      .refine(isOrigin, 'an address without path, query or password, like https://store.example:9000'),
    region: z.string().min(1).default('us-east-1'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'an S3 bucket name'),
    pathStyle: z.boolean().default(true),
    accessKey: z.string().min(1),
    /** Read from this file, so that the secret stands in no configuration and no process list. */
    secretKeyFile: z.string().min(1),
    maxConnections: z.int().min(1).max(64).default(8),
    idleTimeoutMs: z.int().min(500).max(120_000).default(10_000),
    /** For a request without much to carry; a body adds to it, 16 kB/s at least. */
    requestDeadlineMs: z.int().min(1_000).max(600_000).default(60_000),
    retention: retentionSchema.optional(),
  }),
]);
export type ObjectStoreSettings = z.infer<typeof objectStoreSettingsSchema>;

function isOrigin(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && `${url.origin}/` === url.href;
}
