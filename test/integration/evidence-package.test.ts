import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { packed, sampleEvidence, sampleStart, type SampleEvidence } from '../support/sample-evidence.ts';
import {
  memorySource,
  nodeCrypto,
  verifyPackage,
  type PackagePlan,
  type PackageReport,
  type Trust,
} from '@minhbach/shared/evidence';

let sample: SampleEvidence;
let zip: Uint8Array;
beforeAll(async () => {
  sample = sampleEvidence();
  zip = await packed(sample.plan);
});

const verified = async (bytes: Uint8Array, trust: Trust | undefined = sample.trust): Promise<PackageReport> =>
  verifyPackage(memorySource(bytes), { crypto: nodeCrypto, trust });
const codes = ({ findings }: PackageReport): string[] =>
  [...new Set(findings.map(({ code }) => code))].sort();

describe('an untouched package', () => {
  it('is whole and trusted with keys from elsewhere, and never trusted without', async () => {
    expect(await verified(zip)).toMatchObject({ verdict: 'trusted', findings: [] });
    const report = await verified(zip, { keys: [] });
    expect(report.verdict).toBe('untrusted');
    expect(codes(report)).toEqual(['head-not-witnessed', 'head-untrusted', 'package-untrusted']);
  });

  it('is the same bytes each time', async () => {
    expect(Buffer.from(await packed(sample.plan)).equals(zip)).toBe(true);
  });

  it('is a ZIP to other programs, whose sums agree and whose footage plays', () => {
    const directory = mkdtempSync(join(tmpdir(), 'evidence-'));
    const run = (command: string, given: string[]) =>
      spawnSync(command, given, { cwd: directory, encoding: 'utf8' });
    try {
      writeFileSync(join(directory, 'p.zip'), zip);
      const unpacked = run('python3', [
        '-c',
        "import zipfile; z = zipfile.ZipFile('p.zip'); print(z.testzip()); z.extractall()",
      ]);
      expect(unpacked.stdout).toBe('None\n');
      expect(run('sha256sum', ['--strict', '-c', 'SHA256SUMS'])).toMatchObject({ status: 0 });
      const frames = run('sh', [
        '-c',
        `for f in footage/${sample.picture}/*.mp4; do ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 $f; done`,
      ]);
      // From 1.5 s to 10.5 s in groups of a second: 1..4, 4..8, 8..11.
      expect(frames.stdout.match(/\d+/g)).toEqual(['75', '100', '75']);
      expect(frames.stderr).toBe('');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('may have any span', async () => {
    const spans = fc.tuple(fc.integer({ min: 0, max: 11_000 }), fc.integer({ min: 1, max: 1_000 }));
    await fc.assert(
      fc.asyncProperty(spans, async ([from, length]) => {
        const span = { fromUtcMs: utcMs(sampleStart + from), toUtcMs: utcMs(sampleStart + from + length) };
        const bytes = await packed({ ...sample.plan, manifest: { ...sample.plan.manifest, ...span } });
        expect(await verified(bytes)).toMatchObject({ verdict: 'trusted' });
      }),
      { numRuns: 15 },
    );
  });
});

describe('an altered package', () => {
  it('is never trusted, whichever bit was turned', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(7), async (at, bit) => {
        const altered = Uint8Array.from(zip);
        altered[at] = (altered[at] ?? 0) ^ (1 << bit);
        expect(['altered', 'unusable']).toContain((await verified(altered)).verdict);
      }),
      { numRuns: 250 },
    );
  });

  it('is never trusted when bytes were cut off or put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length), fc.uint8Array({ minLength: 1, maxLength: 9 }), async (at, put) => {
        const cut = zip.subarray(0, Math.min(at, zip.length - 1));
        const longer = Buffer.concat([zip.subarray(0, at), put, zip.subarray(at)]);
        for (const bytes of [cut, longer])
          expect(['altered', 'unusable']).toContain((await verified(bytes)).verdict);
      }),
      { numRuns: 60 },
    );
  });
});

/** The monitor itself lies: it packs something else, and signs that. */
describe('a package whose maker had the keys of the monitor', () => {
  const remade = async (change: (plan: PackagePlan) => PackagePlan): Promise<PackageReport> =>
    verified(await packed(change(sample.plan)));
  const withSource = (
    plan: PackagePlan,
    index: number,
    change: (source: PackagePlan['sources'][number]) => object,
  ) => ({
    ...plan,
    sources: plan.sources.map((source, at) => (at === index ? { ...source, ...change(source) } : source)),
  });

  it('names the seconds of footage that was left out', async () => {
    const report = await remade((plan) =>
      withSource(plan, 0, ({ segments }) => ({ segments: segments.filter((_, index) => index !== 1) })),
    );
    expect(report.findings).toEqual([
      expect.objectContaining({
        ...{ code: 'footage-missing', sourceId: sample.picture },
        ...{ fromUtcMs: sampleStart + 4_000, toUtcMs: sampleStart + 8_000 },
      }),
    ]);
  });

  it('names a gap that was hidden, and one that was made up', async () => {
    const hidden = await remade((plan) => withSource(plan, 1, () => ({ gaps: [] })));
    expect(codes(hidden)).toEqual(['gap-hidden']);
    const invented = await remade((plan) =>
      withSource(plan, 0, () => ({ gaps: [{ generation: 0, entry: 1 }] })),
    );
    expect(codes(invented)).toEqual(['entry-not-in-ledger']);
  });

  it('names footage put under another source', async () => {
    const report = await remade((plan) =>
      withSource(plan, 0, () => ({ segments: plan.sources[1]?.segments ?? [] })),
    );
    expect(codes(report)).toContain('footage-of-another-source');
  });

  it('names entries that no ledger has, and a head that the recorder never signed', async () => {
    const [ledger] = sample.plan.ledgers;
    const entries = (ledger?.entries ?? []).map((entry) => ({
      ...entry,
      text: entry.text.replace(`"startUtcMs":${sampleStart}`, `"startUtcMs":${sampleStart - 60_000}`),
    }));
    const redated = await remade((plan) => ({
      ...plan,
      ledgers: plan.ledgers.map((given) => ({ ...given, entries })),
    }));
    expect(codes(redated)).toContain('entry-not-in-ledger');
    const other = sampleEvidence();
    const forged = await remade((plan) => ({
      ...plan,
      ledgers: plan.ledgers.map((given) => ({
        ...given,
        checkpoint: other.plan.ledgers[0]?.checkpoint ?? '',
      })),
    }));
    expect(codes(forged)).toContain('head-signature');
  });

  it('of a forger with keys and a witness of his own is not trusted', async () => {
    const other = sampleEvidence();
    const report = await verified(await packed(other.plan));
    expect(report.verdict).toBe('untrusted');
    expect(codes(report)).toEqual(['head-not-witnessed', 'head-untrusted', 'package-untrusted']);
  });
});

describe('npm run verify', () => {
  it('says the same in words, as JSON and by its exit code', () => {
    const directory = mkdtempSync(join(tmpdir(), 'evidence-'));
    const run = (...given: string[]) =>
      spawnSync(process.execPath, ['dist/scripts/verify.js', ...given], { encoding: 'utf8' });
    const [whole, altered, keys] = ['whole.zip', 'altered.zip', 'keys.json'].map((name) =>
      join(directory, name),
    );
    if (whole === undefined || altered === undefined || keys === undefined) throw new Error('three names');
    try {
      writeFileSync(whole, zip);
      const changed = Uint8Array.from(zip);
      const middle = Math.floor(zip.length / 2);
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      writeFileSync(altered, changed);
      writeFileSync(keys, JSON.stringify(sample.trust));
      expect(run(whole, '--trust', keys)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('keys you trust'),
      });
      expect(run(whole)).toMatchObject({
        status: 3,
        stdout: expect.stringContaining('not known from elsewhere'),
      });
      const found = run(altered, '--trust', keys, '--json');
      expect(found.status).toBe(1);
      expect(JSON.parse(found.stdout)).toMatchObject({ verdict: 'altered' });
      expect(run(keys)).toMatchObject({ status: 2 });
      expect(run(join(directory, 'none.zip'))).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('cannot be opened'),
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
