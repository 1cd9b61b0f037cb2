import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '@minhbach/shared/clock';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import { roomMigrations, roomTables } from '@minhbach/recorder/room-memory';
import { openSpool, type Spool } from '@minhbach/recorder/spool';

/** Where a soak's recorder keeps what: settings and archive in `directory`. */
export interface RecorderPlace {
  readonly directory: string;
  readonly dataDirectory: string;
  readonly segmentDurationMs: number;
  /** The product's where left out. */
  readonly spool?: { readonly reserveBytes?: number; readonly scrubBytesPerSecond?: number };
}

const fingerprintBytes = 32;
const secretBytes = 16;

/** The product's defaults, but for what a soak needs shorter and cameras on this machine. */
export function settingsOf(place: RecorderPlace): object {
  const code = [fingerprintBytes, secretBytes].map((count) => randomBytes(count).toString('base64url'));
  return {
    dataDirectory: place.dataDirectory,
    archive: { type: 'directory', path: join(place.directory, 'archive') },
    // Dialled again and again; nobody listens at the discard port.
    monitors: [{ url: 'ws://127.0.0.1:9', enrolmentCode: `mb1.${code.join('.')}` }],
    cameraNetworks: { allowLoopback: true },
    segment: { maxDurationMs: place.segmentDurationMs },
    // A virtual camera's film begins again after 40 s.
    content: { loopHorizonMs: 30_000 },
    spool: place.spool ?? {},
    metricsListen: { port: 0 },
    // Every sealed segment is a line.
    logLevel: 'debug',
  };
}

/** The spool in a data directory, opened as its recorder opens it, which must not run meanwhile. */
export async function openSpoolIn(dataDirectory: string, recorderId: RecorderId): Promise<Spool> {
  return openSpool({
    directory: join(dataDirectory, 'spool'),
    clock: systemClock,
    recorderId,
    migrations: roomMigrations,
    kept: roomTables,
    bindingPath: join(dataDirectory, 'spool-binding.json'),
  });
}
