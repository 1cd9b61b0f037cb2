import { beforeAll, describe, expect, it } from '@jest/globals';
import { memorySource, nodeCrypto, verifyPackage, type PackageReport } from '@minhbach/shared/evidence';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { altered, seeded } from '../support/package-alterations.ts';
import { packed, sampleEvidence, sampleStart, type SampleEvidence } from '../support/sample-evidence.ts';

/** `npm run soak -- alterations` asks for ten thousand, and another seed each time. */
const wanted = Number(process.env['MINHBACH_ALTERATIONS'] ?? 300);
const seed = Number(process.env['MINHBACH_ALTERATIONS_SEED'] ?? 1);

describe('packages', () => {
  let sample: SampleEvidence;
  let zip: Uint8Array;
  beforeAll(async () => {
    sample = sampleEvidence();
    zip = await packed(sample.plan);
  });
  const verified = async (bytes: Uint8Array): Promise<PackageReport> =>
    verifyPackage(memorySource(bytes), { crypto: nodeCrypto, trust: sample.trust });

  it(`altered once are found out, and where: ${wanted} alterations`, async () => {
    const random = seeded(seed);
    const missed: string[] = [];
    const unnamed: string[] = [];
    for (let count = 0; count < wanted; count += 1) {
      const { what, bytes, path } = await altered(zip, random);
      const { verdict, findings, reason } = await verified(bytes);
      if (verdict !== 'altered' && verdict !== 'unusable') missed.push(`${count}: ${what}: ${verdict}`);
      const isNamed =
        path === undefined
          ? reason !== undefined || findings.some((finding) => finding.detail !== '')
          : reason !== undefined || findings.some((finding) => finding.path === path);
      if (!isNamed) unnamed.push(`${count}: ${what}`);
    }
    expect({ seed, missed, unnamed }).toEqual({ seed, missed: [], unnamed: [] });
  }, 900_000);

  it(`untouched never alarm: ${Math.ceil(wanted / 10)} of random spans`, async () => {
    const random = seeded(seed + 1);
    for (let count = 0; count < Math.ceil(wanted / 10); count += 1) {
      const from = Math.floor(random() * 11_000);
      const to = Math.min(12_000, from + 1 + Math.floor(random() * 11_000));
      const span = { fromUtcMs: utcMs(sampleStart + from), toUtcMs: utcMs(sampleStart + to) };
      const plan = { ...sample.plan, manifest: { ...sample.plan.manifest, ...span } };
      expect({ from, to, ...(await verified(await packed(plan))) }).toMatchObject({
        ...{ from, to, verdict: 'trusted', findings: [] },
      });
    }
  }, 900_000);
});
