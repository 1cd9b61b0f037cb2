import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFrozenPlan, type FrozenPlan } from '@minhbach/monitor-ui/server/evidence';
import {
  fileSource,
  FootageThreads,
  nodeCrypto,
  verifyPackage,
  writePackageFile,
  type PackagePlan,
} from '@minhbach/shared/evidence';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { evidenceProcess } from './evidence-order.ts';
import { filmMinute, planOf } from './packed-hour.ts';
import { median, rounded } from './statistics.ts';

const signal = new AbortController().signal;

/**
 * Writing a package of `--minutes` of picture and sound, beside copying the same footage and hashing the copy with
 * openssl; verifying it, beside openssl over the same file; and proving one entry in a ledger of `--entries`. In turns,
 * `--rounds` times. Without clips: they are ffmpeg's work, and nothing proves by them. With `--hours`, also what memory a
 * process needs that makes a package of so many hours of `--sources`, with its clips.
 */
export async function evidence(argv: readonly string[]): Promise<BenchResult> {
  const { minutes, rounds, entries, hours, sources } = readNumbers(argv, {
    ...{ minutes: 60, rounds: 3, entries: 10_000_000, hours: 0, sources: 3 },
  });
  const directory = await mkdtemp(join(tmpdir(), 'bench-evidence-'));
  try {
    const files = filmMinute(directory);
    const { plan, trust } = await planOf(files, minutes);
    const footage = join(directory, 'footage.bin');
    await writeFile(footage, Buffer.concat([await readFile(files.picture), await readFile(files.sound)]));
    const whole = join(directory, 'whole.bin');
    const handle = await open(whole, 'w');
    for (let minute = 0; minute < minutes; minute += 1) await handle.writeFile(await readFile(footage));
    await handle.close();
    const file = join(directory, 'package.zip');
    const costs: Record<'written' | 'copied' | 'verified' | 'hashed', number[]> = {
      ...{ written: [], copied: [], verified: [], hashed: [] },
    };
    const timed = async (kind: keyof typeof costs, work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      costs[kind].push((performance.now() - start) / 1_000);
    };
    const hash = async (path: string) => execFileSync('openssl', ['dgst', '-sha256', path]);
    for (let round = 0; round < rounds; round += 1) {
      await freeMemory(whole);
      await timed('copied', async () => {
        await copyFile(whole, join(directory, 'copy.bin'));
        await sync(join(directory, 'copy.bin'));
        await hash(join(directory, 'copy.bin'));
      });
      await rm(join(directory, 'copy.bin'));
      await rm(file, { force: true });
      await freeMemory(whole);
      await timed('written', async () => {
        await writePackageFile(plan, file, signal);
      });
      await timed('hashed', () => hash(file));
      await timed('verified', async () => {
        await using handle = await open(file);
        const source = await fileSource(handle);
        await using footage = new FootageThreads(source, handle);
        const report = await verifyPackage(source, { crypto: nodeCrypto, trust, footage });
        if (report.verdict !== 'trusted') throw new Error(JSON.stringify(report.findings.slice(0, 3)));
      });
    }
    const of = (kind: keyof typeof costs) => rounded(median(costs[kind]), 2);
    return {
      name: 'evidence',
      ratio: rounded(median(costs.written) / median(costs.copied), 2),
      figures: {
        packageMegabytes: Math.round((await stat(file)).size / 1e6),
        writtenS: of('written'),
        floor: 'copied, synced and hashed by openssl',
        floorS: of('copied'),
        verifiedS: of('verified'),
        opensslS: of('hashed'),
        verifySpeedOfOpenssl: rounded(median(costs.hashed) / median(costs.verified), 2),
        ...(await largeExport(files, directory, { hours, sources })),
        ...proofInLargeLedger(join(directory, 'tiles.db'), entries),
      },
      machine: describeMachine(),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * Memory for as much as a file has is written to and freed. A virtual machine gives free memory back to its host, and who
 * touches it next waits for that, many times as long as for the copying: by chance, so neither side shall.
 */
async function freeMemory(file: string): Promise<void> {
  await copyFile(file, `${file}.free`);
  await rm(`${file}.free`);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync();
  await handle.close();
}

/** One source is a microphone, the others are cameras; each minute of a camera is a film. */
async function largeExport(
  files: ReturnType<typeof filmMinute>,
  directory: string,
  { hours, sources }: { readonly hours: number; readonly sources: number },
) {
  if (hours === 0) return {};
  const [planFile, file] = [join(directory, 'large.plan.json'), join(directory, 'large.zip')];
  const { plan } = await planOf(files, hours * 60, sources - 1);
  await writeFrozenPlan(planFile, frozenPlanOf(plan));
  const cost = evidenceProcess({ work: 'export', plan: planFile, ...files, file });
  const { baseMegabytes, peakMegabytes, seconds, clips } = cost;
  return {
    largeExport: {
      ...{ hours, sources, clips, packageMegabytes: Math.round((await stat(file)).size / 1e6) },
      ...{ baseMegabytes, peakMegabytes, seconds: rounded(seconds, 1) },
    },
  };
}

function frozenPlanOf({ manifest, ledgers, sources }: PackagePlan): FrozenPlan {
  const act = { atUtcMs: 0, role: 'bench', unitId: 'bench', person: '0'.repeat(64) };
  return {
    ...{ manifest, ledgers: [...ledgers], readMe: '<!doctype html><title>bench</title>' },
    custody: {
      ...{ exportId: manifest.packageId, monitorId: manifest.monitorId },
      ...{ asked: act, agreed: act, reason: '0'.repeat(64) },
    },
    sources: sources.map(({ segments, ...source }) => ({
      ...source,
      segments: segments.map(({ entry, generation }) => ({ entry, generation })),
    })),
  };
}

/** Tiles in SQLite, as a monitor keeps them; proofs of entries anywhere. */
function proofInLargeLedger(file: string, entries: number) {
  const built = evidenceProcess({ work: 'build-ledger', file, entries });
  const { peakMegabytes, inclusionProofMs } = evidenceProcess({ work: 'prove', file, entries });
  return {
    ...{
      ledgerEntries: entries,
      ledgerBuiltS: rounded(built.seconds, 1),
      buildPeakMegabytes: built.peakMegabytes,
    },
    ...{ inclusionProofMs, provePeakMegabytes: peakMegabytes },
  };
}
