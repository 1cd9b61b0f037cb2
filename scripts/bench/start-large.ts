import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@minhbach/shared/clock';
import { canonicalJson } from '@minhbach/shared/ledger';
import { segmentObjectKey } from '@minhbach/shared/object-store';
import { newId, segmentIdSchema, sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { openIdentity } from '@minhbach/recorder/identity';
import { LedgerHeads } from '@minhbach/recorder/ledger';
import type { Spool } from '@minhbach/recorder/spool';
import { checkPresence } from '@minhbach/recorder/segments';
import { z } from 'zod';
import { openSpoolIn } from '../soak/recorder-place.ts';
import { ShippedRecorder } from '../soak/shipped-recorder.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { readNumbers } from './bench-options.ts';
import { median, rounded } from './statistics.ts';
import { startVirtualCameraProcess } from './virtual-camera-process.ts';

const linksPerFile = 50_000;
/** Of a virtual camera. */
const gopMs = 2_000;
/** Its files hold nearly nothing: as many of them a second as of real ones would be far too many. */
const slowScrub = { scrubBytesPerSecond: 1_024 };
const footage = 'footage';

/** From the start of the recorder's process to every source recording, over a spool with many sealed segments already in it. */
export async function startLarge(argv: readonly string[]): Promise<BenchResult> {
  const {
    segments,
    cameras: count,
    starts,
    rebuild,
  } = readNumbers(argv, { segments: 1_000_000, cameras: 2, starts: 6, rebuild: 1 });
  const directory = await mkdtemp(join(tmpdir(), 'mb-start-'));
  const cameras = await startVirtualCameraProcess(count);
  try {
    const recorder = await ShippedRecorder.prepare(
      { directory, dataDirectory: join(directory, 'data'), segmentDurationMs: 60_000, spool: slowScrub },
      cameras.devices,
    );
    const filledMs = await timed(async () => fill(recorder, segments));
    console.error(`${segments} segments made in ${rounded(filledMs / 1000, 0)} s`);
    const journalWrittenMs = await timed(async () => {
      const spool = await openSpoolOf(recorder);
      spool.close({ clean: true });
    });
    const firstHeadMs = await timed(async () => signHead(recorder));
    // The first start looks at the streams; later ones remember them.
    await recorder.start(120_000);
    await recorder.kill('SIGKILL');
    const againMs: number[] = [];
    const openedMs: number[] = [];
    const begunMs: number[] = [];
    for (let start = 0; start < starts; start += 1) {
      await recorder.start(120_000);
      againMs.push(...[...recorder.recordingSince.values()].map((at) => at - recorder.startedAt));
      openedMs.push(recorder.openedAt - recorder.startedAt);
      begunMs.push(recorder.begunAt - recorder.startedAt);
      // Or every start would wait as long as the one before for its camera's next keyframe.
      await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * gopMs));
      await recorder.kill('SIGKILL');
    }
    const presenceMs = await timed(async () => {
      const spool = await openSpoolOf(recorder);
      await checkPresence({ spool, isAlone: true, signal: new AbortController().signal });
      spool.close();
    });
    for (const name of ['spool.db', 'spool.db-wal', 'spool.db-shm'])
      rmSync(join(recorder.spoolDirectory, name), { force: true });
    const rebuiltMs =
      rebuild === 0 ? undefined : await timed(async () => (await openSpoolOf(recorder)).close());
    return {
      name: 'start-large',
      figures: {
        segments,
        sources: recorder.sources.length,
        starts,
        recordingAgainMs: { median: rounded(median(againMs), 0), worst: Math.max(...againMs) },
        spoolOpenMs: { median: rounded(median(openedMs), 0), worst: Math.max(...openedMs) },
        devicesAddedMs: { median: rounded(median(begunMs), 0), worst: Math.max(...begunMs) },
        presenceCheckAloneMs: rounded(presenceMs, 0),
        firstHeadSignedMs: rounded(firstHeadMs, 0),
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

async function openSpoolOf({ dataDirectory, recorderId }: ShippedRecorder): Promise<Spool> {
  return openSpoolIn(dataDirectory, recorderId);
}

/** A recorder signs one a minute: none ever starts with so many facts under no head. */
async function signHead(recorder: ShippedRecorder): Promise<void> {
  const identity = await openIdentity(recorder.dataDirectory);
  const ledger = await openSpoolOf(recorder);
  const { recorderId, publicKey } = identity;
  const sign = (bytes: Uint8Array) => identity.sign(bytes);
  await new LedgerHeads({ recorderId, publicKey, sign, clock: systemClock, ledger }).sign();
  ledger.close({ clean: true });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

/** Sealed, proven segments of some 40 sources: rows, facts and files (names of a few small files). */
async function fill(recorder: ShippedRecorder, segments: number): Promise<void> {
  rmSync(join(recorder.spoolDirectory, 'journal.jsonl'));
  const database = new Database(join(recorder.spoolDirectory, 'spool.db'));
  database.pragma('synchronous = 0');
  const insertSegment = database.prepare(
    `INSERT INTO segment (id, source_id, capture_id, start_utc_ms, end_utc_ms, first_tfdt, timescale, bytes, init_bytes,
       fragments, sha256, fragments_root, codec, mime, keyframes, clock_error_ms, recovered, file_name, key, upload_state)
     VALUES (@segmentId, @sourceId, @captureId, @startUtcMs, @endUtcMs, 0, 90000, 7, 3, 1, @sha256, @sha256, @codec, @mime,
       @keyframes, 50, 0, @fileName, @key, 'proven')`,
  );
  const insertEntry = database.prepare('INSERT INTO entry (ordinal, at, kind, json) VALUES (?, ?, ?, ?)');
  const sha256 = sha256HexSchema.parse(createHash('sha256').update(footage).digest('hex'));
  const keyframes = Array.from({ length: 30 }, (_, index) => index * 2_000);
  const { recorderId, devices } = recorder;
  const sealedFolder = join(recorder.spoolDirectory, 'sealed');
  // After what the registration of the devices stated.
  let ordinal = z.int().parse(database.prepare('SELECT count(*) FROM entry').pluck().get());
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
      const original = join(recorder.spoolDirectory, `bytes-${Math.floor(index / linksPerFile)}`);
      if (index % linksPerFile === 0) writeFileSync(original, footage);
      linkSync(original, join(sealedFolder, fileName));
    }
  })();
  database.close();
}
