import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool, type Spool } from '@minhbach/recorder/spool';
import { systemClock } from '@minhbach/shared/clock';
import { newId, recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { cephArchive, directoryArchive, type BenchArchive } from './bench-archive.ts';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { runUploads } from './running-uploads.ts';
import { SealedFootage } from './sealed-footage.ts';
import { rounded } from './statistics.ts';
import { plainFile, plainHttp, type UploadFloor } from './upload-floor.ts';

interface Cost {
  readonly cpuSPerGb: number;
  readonly megabytesPerS: number;
}

/** Uploaded before anything is measured: a recorder runs for months, not for the seconds in which code is new. */
const warmUpSegments = 24;

/**
 * CPU of the uploading process per gigabyte of footage, reading back to prove included: journal, signature, put, get, hash
 * (a directory hashes also what it is given). Beside it, in the same run, the least that could do the same.
 */
export async function uploadCost(argv: readonly string[]): Promise<BenchResult> {
  const { segments, bytes } = readNumbers(argv, { segments: 250, bytes: 3_000_000 });
  const directory = await mkdtemp(join(tmpdir(), 'minh-bach-bench-'));
  const measured: Record<string, unknown> = {};
  let ratio: number | undefined;
  try {
    const made: (() => Promise<BenchArchive>)[] = [
      () => cephArchive({ lock: false }),
      () => cephArchive({ lock: true }),
      directoryArchive,
    ];
    for (const make of made) {
      const archive = await make();
      const spool = await openSpool({
        directory: join(directory, archive.name),
        clock: systemClock,
        recorderId: newId(recorderIdSchema),
      });
      try {
        await fill(spool, warmUpSegments, bytes);
        const warmUp = runUploads(spool, archive);
        await warmUp.untilProven(200_000);
        await warmUp.stop();
        const floor = archive.settings.type === 's3' ? await plainHttp() : plainFile(directory);
        await fill(spool, segments, bytes);
        const least = await cost((segments + warmUpSegments) * bytes, () => carryAll(spool, floor));
        floor.close();
        const uploads = runUploads(spool, archive);
        const ours = await cost(segments * bytes, () => uploads.untilProven(200_000));
        await uploads.stop();
        measured[archive.name] = { ...ours, floor: floor.name, floorCpuSPerGb: least.cpuSPerGb };
        ratio ??= rounded(ours.cpuSPerGb / least.cpuSPerGb);
        console.error(`${archive.name}: ${ours.cpuSPerGb} CPU-s per GB, floor ${least.cpuSPerGb}`);
      } finally {
        spool.close();
        await archive.close();
        await rm(join(directory, archive.name), { recursive: true });
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return {
    name: 'upload-cost',
    ...(ratio === undefined ? {} : { ratio }),
    figures: { segments, segmentBytes: bytes, ...measured },
    machine: describeMachine(),
  };
}

async function fill(spool: Spool, segments: number, bytes: number): Promise<void> {
  const footage = new SealedFootage(spool, bytes);
  const sources = Array.from({ length: 8 }, () => newId(sourceIdSchema));
  for (let index = 0; index < segments; index += 1) {
    const sourceId = sources[index % sources.length] ?? newId(sourceIdSchema);
    await footage.seal(sourceId, Date.now() - 3_600_000 + Math.floor(index / 8) * 60_000);
  }
}

async function carryAll(spool: Spool, floor: UploadFloor): Promise<void> {
  const { sealed } = spool.folders;
  for (const name of await readdir(sealed)) await floor.carry(join(sealed, name));
}

async function cost(bytes: number, work: () => Promise<void>): Promise<Cost> {
  const before = process.cpuUsage();
  const began = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    cpuSPerGb: rounded((user + system) / 1e6 / (bytes / 1e9)),
    megabytesPerS: rounded(bytes / 1e6 / ((performance.now() - began) / 1_000), 0),
  };
}
