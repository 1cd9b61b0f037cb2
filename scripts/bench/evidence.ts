import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { fileSource, nodeCrypto, verifyPackage, writePackageFile } from '@minhbach/shared/evidence';
import { inclusionProof, leafHash, TiledTree } from '@minhbach/shared/ledger';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { filmMinute, planOf } from './packed-hour.ts';
import { median, quantile, rounded } from './statistics.ts';

const signal = new AbortController().signal;

/**
 * Writing a package of `--minutes` of picture and sound, beside copying the same footage and hashing the copy with
 * openssl; verifying it, beside openssl over the same file; and proving one entry in a ledger of `--entries`. In turns,
 * `--rounds` times. Without clips: they are ffmpeg's work, and nothing proves by them.
 */
export async function evidence(argv: readonly string[]): Promise<BenchResult> {
  const { minutes, rounds, entries } = readNumbers(argv, { minutes: 60, rounds: 3, entries: 10_000_000 });
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
      await timed('copied', async () => {
        await copyFile(whole, join(directory, 'copy.bin'));
        await sync(join(directory, 'copy.bin'));
        await hash(join(directory, 'copy.bin'));
      });
      await timed('written', async () => {
        await writePackageFile(plan, file, signal);
      });
      await timed('hashed', () => hash(file));
      await timed('verified', async () => {
        const source = await open(file);
        const report = await verifyPackage(await fileSource(source), {
          ...{ crypto: nodeCrypto, trust },
        });
        await source.close();
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
        memoryMegabytes: Math.round(process.memoryUsage().rss / 1e6),
        ...proveInLargeLedger(directory, entries),
      },
      machine: describeMachine(),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync();
  await handle.close();
}

/** Tiles in SQLite, as a monitor keeps them; proofs of entries anywhere. */
function proveInLargeLedger(directory: string, entries: number) {
  const sqlite = new SqliteDatabase(join(directory, 'tiles.db'));
  sqlite.pragma('synchronous = 0');
  sqlite.exec(
    'CREATE TABLE tile (level INTEGER, nth INTEGER, hashes BLOB, PRIMARY KEY (level, nth)) WITHOUT ROWID',
  );
  const read = sqlite
    .prepare<[number, number], Buffer>('SELECT hashes FROM tile WHERE level = ? AND nth = ?')
    .pluck();
  const write = sqlite.prepare('INSERT OR REPLACE INTO tile VALUES (?, ?, ?)');
  const tree = new TiledTree(
    {
      read: (level, index) => read.get(level, index),
      write: (level, index, hashes) => void write.run(level, index, hashes),
    },
    0,
  );
  for (let first = 0; first < entries; first += 65_536) {
    sqlite.transaction(() => {
      const count = Math.min(65_536, entries - first);
      tree.append(Array.from({ length: count }, (_, nth) => leafHash(Buffer.from(`entry ${first + nth}`))));
    })();
  }
  const costs: number[] = [];
  for (let question = 0; question < 500; question += 1) {
    const seq = (question * 15_485_863) % entries;
    const start = performance.now();
    inclusionProof(tree, seq, entries);
    costs.push(performance.now() - start);
  }
  sqlite.close();
  return {
    ledgerEntries: entries,
    inclusionProofMs: { p50: rounded(quantile(costs, 0.5), 2), p95: rounded(quantile(costs, 0.95), 2) },
    memoryAfterLedgerMegabytes: Math.round(process.memoryUsage().rss / 1e6),
  };
}
