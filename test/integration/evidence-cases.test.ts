import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import {
  fileSource,
  FootageThreads,
  memorySource,
  nodeCrypto,
  verifyPackage,
  type PackageReport,
  type Trust,
} from '@minhbach/shared/evidence';
import { browserCrypto } from '@minhbach/shared/evidence/verifier';
import { evidenceCases, type EvidenceCase } from '../support/evidence-cases.ts';

let cases: readonly EvidenceCase[];
beforeAll(async () => {
  cases = await evidenceCases();
}, 60_000);

it('every kind of package gets its verdict, by the crypto of Node, by that of a browser and by threads', async () => {
  const said: unknown[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'evidence-cases-'));
  const byThreads = async (bytes: Uint8Array, trust: Trust | undefined): Promise<PackageReport> => {
    const file = join(directory, 'package.zip');
    await writeFile(file, bytes);
    await using handle = await open(file);
    const source = await fileSource(handle);
    await using footage = new FootageThreads(source, handle, 3);
    // Awaited here: the threads end with this block.
    return await verifyPackage(source, { crypto: nodeCrypto, trust, footage });
  };
  for (const { name, bytes, trust, code } of cases) {
    const report = await verifyPackage(memorySource(bytes), { crypto: nodeCrypto, trust });
    expect(await verifyPackage(memorySource(bytes), { crypto: browserCrypto, trust })).toEqual(report);
    expect(await byThreads(bytes, trust)).toEqual(report);
    const named = code === undefined || report.findings.some((finding) => finding.code === code);
    said.push({
      name,
      verdict: report.verdict,
      named: named ? code : report.findings.map((one) => one.code),
    });
  }
  await rm(directory, { recursive: true });
  expect(said).toEqual(cases.map(({ name, verdict, code }) => ({ name, verdict, named: code })));
}, 60_000);
