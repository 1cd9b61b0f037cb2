import Database from 'better-sqlite3';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@minhbach/shared/clock';
import { canonicalJson } from '@minhbach/shared/ledger';
import { segmentObjectKey } from '@minhbach/shared/object-store';
import { newId, segmentIdSchema, sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { openSpool } from '@minhbach/recorder/spool';
import { checkPresence } from '@minhbach/recorder/segments';
import { RecordedHost } from '../soak/recorded-host.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { readNumbers } from './bench-options.ts';
import { median, rounded } from './statistics.ts';
import { startVirtualCameraProcess } from './virtual-camera-process.ts';

const linksPerFile = 50_000;

/** From the start of the process to every source recording, over a spool with many sealed segments already in it. */
export async function startLarge(argv: readonly string[]): Promise<BenchResult> {
  const {
    segments,
    cameras: count,
    starts,
    rebuild,
  } = readNumbers(argv, { segments: 1_000_000, cameras: 2, starts: 3, rebuild: 1 });
  const directory = await mkdtemp(join(tmpdir(), 'mb-start-'));
  const cameras = await startVirtualCameraProcess(count);
  try {
    const host = new RecordedHost(join(directory, 'spool'), cameras.rtspUrls, 60_000);
    const filledMs = await timed(async () => fill(host, segments));
    console.error(`${segments} segments made in ${rounded(filledMs / 1000, 0)} s`);
    const journalWrittenMs = await timed(async () => {
      const spool = await openSpool({ ...host, clock: systemClock });
      spool.close({ clean: true });
    });
    // The first start looks at the streams; later ones remember them.
    await host.start(120_000);
    await host.kill('SIGKILL');
    const againMs: number[] = [];
    const openedMs: number[] = [];
    const begunMs: number[] = [];
    for (let start = 0; start < starts; start += 1) {
      await host.start(120_000);
      againMs.push(...[...host.recordingSince.values()].map((at) => at - host.startedAt));
      openedMs.push(host.openedAt - host.startedAt);
      begunMs.push(host.begunAt - host.startedAt);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await host.kill('SIGKILL');
    }
    const presenceMs = await timed(async () => {
      const spool = await openSpool({ ...host, clock: systemClock });
      await checkPresence({ spool, isAlone: true, signal: new AbortController().signal });
      spool.close();
    });
    for (const name of ['spool.db', 'spool.db-wal', 'spool.db-shm'])
      rmSync(join(host.directory, name), { force: true });
    const rebuiltMs =
      rebuild === 0
        ? undefined
        : await timed(async () => (await openSpool({ ...host, clock: systemClock })).close());
    return {
      name: 'start-large',
      figures: {
        segments,
        sources: host.sources.length,
        starts,
        recordingAgainMs: { median: rounded(median(againMs), 0), worst: Math.max(...againMs) },
        spoolOpenMs: { median: rounded(median(openedMs), 0), worst: Math.max(...openedMs) },
        devicesAddedMs: { median: rounded(median(begunMs), 0), worst: Math.max(...begunMs) },
        presenceCheckAloneMs: rounded(presenceMs, 0),
        journalWrittenFromIndexMs: rounded(journalWrittenMs, 0),
        ...(rebuiltMs === undefined ? {} : { indexRebuiltFromJournalMs: rounded(rebuiltMs, 0) }),
      },
      machine: describeMachine(),
    };
  } finally {
    await cameras.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

/** Sealed, proven segments of some 40 sources: rows, facts and files (names of a few small files). */
async function fill(host: RecordedHost, segments: number): Promise<void> {
  await mkdir(host.directory, { recursive: true, mode: 0o700 });
  (await openSpool({ ...host, clock: systemClock })).close({ clean: true });
  rmSync(join(host.directory, 'journal.jsonl'));
  const database = new Database(join(host.directory, 'spool.db'));
  database.pragma('synchronous = 0');
  const insertSegment = database.prepare(
    `INSERT INTO segment (id, source_id, capture_id, start_utc_ms, end_utc_ms, first_tfdt, timescale, bytes, init_bytes,
       fragments, sha256, fragments_root, codec, mime, keyframes, clock_error_ms, recovered, file_name, key, upload_state)
     VALUES (@segmentId, @sourceId, @captureId, @startUtcMs, @endUtcMs, 0, 90000, 7, 3, 1, @sha256, @sha256, @codec, @mime,
       @keyframes, 50, 0, @fileName, @key, 'proven')`,
  );
  const insertEntry = database.prepare('INSERT INTO entry (ordinal, at, kind, json) VALUES (?, ?, ?, ?)');
  const sha256 = sha256HexSchema.parse('ab'.repeat(32));
  const keyframes = Array.from({ length: 30 }, (_, index) => index * 2_000);
  const { recorderId, devices } = host;
  const sealedFolder = join(host.directory, 'sealed');
  let ordinal = 0;
  database.transaction(() => {
    for (let index = 0; index < segments; index += 1) {
      const device = devices[index % devices.length];
      if (device === undefined) throw new Error('no device');
      const segmentId = newId(segmentIdSchema);
      const startUtcMs = utcMs(1_700_000_000_000 + Math.floor(index / devices.length) * 60_000);
      const facts = {
        ...{ segmentId, sourceId: device.picture, captureId: device.deviceId, startUtcMs },
        ...{ endUtcMs: utcMs(startUtcMs + 60_000), sha256, codec: 'avc1.4d0028' },
        mime: 'video/mp4; codecs="avc1.4d0028"',
        key: segmentObjectKey({ recorderId, sourceId: device.picture, segmentId, startUtcMs }),
      };
      const fileName = `${segmentId}.mp4`;
      insertSegment.run({ ...facts, fileName, keyframes: JSON.stringify(keyframes) });
      const at = facts.endUtcMs;
      const sealed = {
        ...{ ...facts, seq: ordinal, at, kind: 'segment-sealed', keyframes, fragmentsRoot: sha256 },
        ...{ firstTfdt: 0, timescale: 90_000, bytes: 7, initBytes: 3, fragments: 1, clockErrorMs: 50 },
        recovered: false,
      };
      insertEntry.run(ordinal, at, 'segment-sealed', canonicalJson(sealed));
      ordinal += 1;
      const proven = { seq: ordinal, at, kind: 'segment-proven', segmentId, key: facts.key };
      insertEntry.run(ordinal, at, 'segment-proven', canonicalJson(proven));
      ordinal += 1;
      const original = join(host.directory, `bytes-${Math.floor(index / linksPerFile)}`);
      if (index % linksPerFile === 0) writeFileSync(original, 'footage');
      linkSync(original, join(sealedFolder, fileName));
    }
  })();
  database.close();
}
