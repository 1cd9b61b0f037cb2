import { z } from 'zod';
import { deviceStandingSchema, sourceKindSchema } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  deviceIdSchema,
  sourceIdSchema,
  utcMsSchema,
} from '@minhbach/shared/units-of-measure';
import type { KeptRow, KeptTable, Migration } from '../spool/index.ts';

const streamAddressSchema = z.strictObject({
  scheme: z.literal('rtsp'),
  host: z.string(),
  port: z.int(),
  path: z.string(),
});
const loginSchema = z.strictObject({ username: z.string(), password: z.string() });
const profileSchema = z.strictObject({ token: z.string(), adapter: z.enum(['node-onvif', 'onvif']) });

/** How a device is reached; kept sealed, because it holds the password and stream addresses may hold tokens. */
export const deviceConnectionRowSchema = z.strictObject({
  login: loginSchema.optional(),
  main: streamAddressSchema,
  sub: streamAddressSchema.optional(),
  /** Whom to ask when the addresses above no longer lead anywhere. */
  onvif: z
    .strictObject({
      address: z.strictObject({
        scheme: z.enum(['http', 'https']),
        host: z.string(),
        port: z.int(),
        path: z.string(),
      }),
      main: profileSchema,
      sub: profileSchema.optional(),
    })
    .optional(),
});
export type DeviceConnectionRow = z.infer<typeof deviceConnectionRowSchema>;

export const deviceRowSchema = z.object({
  device_id: deviceIdSchema,
  counter_id: counterIdSchema,
  name: z.string(),
  kind: sourceKindSchema,
  place: z.string(),
  connection: z.instanceof(Uint8Array),
  picture_source_id: sourceIdSchema.nullable(),
  sound_source_id: sourceIdSchema.nullable(),
  registered_at: utcMsSchema,
  picture_retired_at: utcMsSchema.nullable(),
  sound_retired_at: utcMsSchema.nullable(),
  /** Absent in what a version before kept beside its index. */
  identity: z.string().nullable().default(null),
});
export type DeviceRow = z.infer<typeof deviceRowSchema>;

/** The `identity` column: what the ledger says last of who the device is. */
export const keptStandingSchema = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(deviceStandingSchema);

const base64 = 'base64';

/** The row as it is kept beside the index: the connection stays sealed. */
export function keptDevice({ connection, ...row }: DeviceRow): KeptRow {
  return { ...row, connection: Buffer.from(connection).toString(base64) };
}

const keptDeviceSchema = deviceRowSchema.extend({
  connection: z.string().transform((text) => Buffer.from(text, base64)),
});

export const deviceTable: Readonly<Record<'device', KeptTable>> = {
  device: {
    rows: (database) =>
      database
        .prepare('SELECT * FROM device')
        .all()
        .map((row) => keptDevice(deviceRowSchema.parse(row))),
    restore: (database, kept) => {
      database
        .prepare(
          `INSERT OR REPLACE INTO device (device_id, counter_id, name, kind, place, connection, picture_source_id,
             sound_source_id, registered_at, picture_retired_at, sound_retired_at, identity)
           VALUES (@device_id, @counter_id, @name, @kind, @place, @connection, @picture_source_id,
             @sound_source_id, @registered_at, @picture_retired_at, @sound_retired_at, @identity)`,
        )
        .run(keptDeviceSchema.parse(kept));
    },
  },
};

export const deviceMigrations: readonly Migration[] = [
  {
    name: 'cameras-1',
    sql: `
CREATE TABLE device (
  device_id TEXT PRIMARY KEY,
  counter_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('camera', 'microphone')),
  place TEXT NOT NULL,                            -- digest of where the main stream is pulled from
  connection BLOB NOT NULL,                       -- sealed (AES-256-GCM) JSON: addresses, user, password
  picture_source_id TEXT UNIQUE,
  sound_source_id TEXT UNIQUE,
  registered_at INTEGER NOT NULL,                 -- UTC ms
  picture_retired_at INTEGER,
  sound_retired_at INTEGER,
  CHECK (picture_source_id IS NOT NULL OR sound_source_id IS NOT NULL)
) STRICT;
-- Two devices may not record the same stream; one that was retired as a whole gives its place free (place = '').
CREATE UNIQUE INDEX device_place ON device (place) WHERE place <> '';
`,
  },
  {
    name: 'cameras-2',
    sql: 'ALTER TABLE device ADD COLUMN identity TEXT; -- JSON: how it stands to who it was when registered; NULL: not looked yet',
  },
];
