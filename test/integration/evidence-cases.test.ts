import { beforeAll, expect, it } from '@jest/globals';
import { memorySource, nodeCrypto, verifyPackage } from '@minhbach/shared/evidence';
import { browserCrypto } from '@minhbach/shared/evidence/verifier';
import { evidenceCases, type EvidenceCase } from '../support/evidence-cases.ts';

let cases: readonly EvidenceCase[];
beforeAll(async () => {
  cases = await evidenceCases();
}, 60_000);

it('every kind of package gets its verdict, by the crypto of Node and by that of a browser', async () => {
  const said: unknown[] = [];
  for (const { name, bytes, trust, code } of cases) {
    const report = await verifyPackage(memorySource(bytes), { crypto: nodeCrypto, trust });
    expect(await verifyPackage(memorySource(bytes), { crypto: browserCrypto, trust })).toEqual(report);
    const named = code === undefined || report.findings.some((finding) => finding.code === code);
    said.push({
      name,
      verdict: report.verdict,
      named: named ? code : report.findings.map((one) => one.code),
    });
  }
  expect(said).toEqual(cases.map(({ name, verdict, code }) => ({ name, verdict, named: code })));
}, 60_000);
