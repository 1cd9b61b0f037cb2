import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openIdentity, type RecorderIdentity } from '@minhbach/recorder/identity';
import { headMigrations, LedgerHeads } from '@minhbach/recorder/ledger';
import { SegmentDigest } from '@minhbach/recorder/segments';
import { openSpool, type NewSegment, type SpooledSegment } from '@minhbach/recorder/spool';
import { systemClock } from '@minhbach/shared/clock';
import { wholePieces } from '@minhbach/shared/media';
import { newId, segmentIdSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { costOfTree } from './process-cost.ts';
import { startRecordingProcess } from './recording-process.ts';
import { rounded } from './statistics.ts';
import { startVirtualCameraProcess } from './virtual-camera-process.ts';

/** CPU-seconds for a minute of one source. */
type PerSourceMinute = number;

/**
 * What sealing costs of all a recorder costs, ffmpeg included. First cameras with sound are recorded and the whole tree of
 * processes is read from /proc. Then the very bytes that were sealed go through the class that hashes them in a recorder,
 * alone in this process, and the very rows through the spool's `sealSegment` (row, entry, journal line, all synced) and
 * `LedgerHeads` (a head for each minute), several times over: their CPU, threads included, is what is set against the whole.
 * Renaming and syncing the footage's own file is not counted: that is keeping, not sealing.
 */
export async function sealingCost(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { cameras: 8, settle: 12, window: 60, repeats: 20 });
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-bench-'));
  try {
    const identity = await openIdentity(directory);
    const sources = options.cameras * 2;
    const spoolDirectory = join(directory, 'recorded');
    const recorderCpuS = await recordedCpuS({ ...options, directory: spoolDirectory, identity });
    const recorder: PerSourceMinute = recorderCpuS / sources;

    const spool = await openSpool({
      directory: spoolDirectory,
      clock: systemClock,
      recorderId: identity.recorderId,
    });
    const segments = spool.segmentsAfter('', sources * 100);
    spool.close();
    const hashing = await hashingCost(segments);
    const { entries, heads } = await ledgerCost({
      ...{ segments, sources, identity },
      directory: join(directory, 'stated'),
      repeats: options.repeats,
    });
    return {
      name: 'sealing-cost',
      figures: {
        sources,
        windowS: options.window,
        recorderCpuSPerSourceMinute: rounded(recorder, 3),
        hashingAloneCpuSPerSourceMinute: rounded(hashing, 5),
        entriesAloneCpuSPerSourceMinute: rounded(entries, 5),
        headsAloneCpuSPerSourceMinute: rounded(heads, 5),
        hashingPercent: rounded((hashing / recorder) * 100),
        entriesPercent: rounded((entries / recorder) * 100),
        headsPercent: rounded((heads / recorder) * 100),
        sealingPercentOfRecorder: rounded(((hashing + entries + heads) / recorder) * 100),
      },
      machine: describeMachine(),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** CPU-seconds of a minute of recording these cameras; everything is sealed when it resolves. */
async function recordedCpuS(of: {
  readonly cameras: number;
  readonly settle: number;
  readonly window: number;
  readonly directory: string;
  readonly identity: RecorderIdentity;
}): Promise<number> {
  const cameras = await startVirtualCameraProcess(of.cameras);
  try {
    const recording = await startRecordingProcess({
      directory: of.directory,
      recorderId: of.identity.recorderId,
      urls: cameras.rtspUrls,
      sound: true,
    });
    await wait(of.settle * 1000);
    const beganMs = performance.now();
    const before = costOfTree(recording.pid).cpuS;
    await wait(of.window * 1000);
    const cpuS = costOfTree(recording.pid).cpuS - before;
    const minutes = (performance.now() - beganMs) / 60_000;
    await recording.stop();
    return cpuS / minutes;
  } finally {
    await cameras.stop();
  }
}

/**
 * Every sealed file once more through what hashed it; throws when that says something else than the ledger does. All are
 * read into one buffer, and the first is hashed twice, its first time not counted: a recorder, which runs for weeks, uses
 * its memory again and has its code compiled.
 */
async function hashingCost(segments: readonly SpooledSegment[]): Promise<PerSourceMinute> {
  const [first] = segments;
  if (first === undefined) throw new Error('nothing was sealed');
  const room = Buffer.alloc(Math.max(...segments.map(({ bytes }) => bytes)));
  const [warming, cost] = [new CpuCost(), new CpuCost()];
  await hashAgain(first, room, warming);
  for (const segment of segments) await hashAgain(segment, room, cost);
  return cost.totalS / minutesOf(segments);
}

async function hashAgain(segment: SpooledSegment, room: Buffer, cost: CpuCost): Promise<void> {
  const bytes = room.subarray(0, await readInto(segment.path, room));
  const pieces = wholePieces(bytes);
  if (pieces === undefined) throw new Error(`${segment.segmentId} cannot be read`);
  const leaves = [
    bytes.subarray(0, pieces.initBytes),
    ...pieces.fragments.map(({ start, end }) => bytes.subarray(start, end)),
  ];
  const digests = cost.of(() => {
    const digest = new SegmentDigest();
    for (const leaf of leaves) digest.append(leaf);
    return digest.digests();
  });
  if (digests.sha256 !== segment.sha256 || digests.fragmentsRoot !== segment.fragmentsRoot)
    throw new Error(`${segment.segmentId} is not what its entry says`);
}

async function readInto(path: string, room: Buffer): Promise<number> {
  const file = await open(path);
  try {
    let filled = 0;
    for (;;) {
      const { bytesRead } = await file.read(room, filled, room.length - filled);
      filled += bytesRead;
      if (bytesRead === 0 || filled === room.length) return filled;
    }
  } finally {
    await file.close();
  }
}

/** The same rows stated in another spool on the same disk, with a head for as many of them as come in a minute. */
async function ledgerCost(of: {
  readonly segments: readonly SpooledSegment[];
  readonly sources: number;
  readonly identity: RecorderIdentity;
  readonly directory: string;
  readonly repeats: number;
}): Promise<{ readonly entries: PerSourceMinute; readonly heads: PerSourceMinute }> {
  const { segments, sources, identity, directory, repeats } = of;
  const spool = await openSpool({
    ...{ directory, clock: systemClock, recorderId: identity.recorderId, migrations: headMigrations },
  });
  try {
    const { recorderId, publicKey } = identity;
    const sign = (bytes: Uint8Array): string => identity.sign(bytes);
    const heads = new LedgerHeads({ recorderId, publicKey, sign, clock: systemClock, ledger: spool });
    const [stating, signing] = [new CpuCost(), new CpuCost()];
    let stated = 0;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const segment of segments) {
        const row = shifted(segment, repeat * 3_600_000);
        stating.of(() => spool.sealSegment(row));
        stated += 1;
        if (stated % sources === 0) await signing.ofAwaited(() => heads.sign());
      }
    }
    const minutes = minutesOf(segments) * repeats;
    // As many heads were signed as there are minutes if segments have the full length; scaled to that where they had not.
    const signed = Math.floor(stated / sources);
    const headsWanted = minutes / sources;
    return {
      entries: stating.totalS / minutes,
      heads: ((signing.totalS / signed) * headsWanted) / minutes,
    };
  } finally {
    spool.close();
  }
}

function shifted(segment: SpooledSegment, byMs: number): NewSegment {
  const { path, uploadState, versionId, attempts, nextAttemptAt, key, ...facts } = segment;
  void [path, uploadState, versionId, attempts, nextAttemptAt, key];
  const segmentId = newId(segmentIdSchema);
  return {
    ...facts,
    segmentId,
    startUtcMs: utcMs(facts.startUtcMs + byMs),
    endUtcMs: utcMs(facts.endUtcMs + byMs),
    fileName: `${segmentId}.mp4`,
  };
}

function minutesOf(segments: readonly SpooledSegment[]): number {
  return segments.reduce((sum, { startUtcMs, endUtcMs }) => sum + endUtcMs - startUtcMs, 0) / 60_000;
}

/** CPU of this process, its threads included, while something is done. */
class CpuCost {
  totalS = 0;

  of<Result>(work: () => Result): Result {
    const before = process.cpuUsage();
    const result = work();
    this.#add(before);
    return result;
  }

  async ofAwaited(work: () => Promise<void>): Promise<void> {
    const before = process.cpuUsage();
    await work();
    this.#add(before);
  }

  #add(before: NodeJS.CpuUsage): void {
    const { user, system } = process.cpuUsage(before);
    this.totalS += (user + system) / 1e6;
  }
}
