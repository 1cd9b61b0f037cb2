import type { PackagePlan, Trust } from '@minhbach/shared/evidence';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { packed, sampleEvidence, sampleStart } from './sample-evidence.ts';

/** A package as someone might hand it over, and what must be said of it. */
export interface EvidenceCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: Trust | undefined;
  readonly verdict: 'trusted' | 'untrusted' | 'altered' | 'unusable';
  /** One of the findings must have this code. */
  readonly code?: string;
}

/** Every kind of untouched, doctored and hostile package, from one sample. */
export async function evidenceCases(): Promise<readonly EvidenceCase[]> {
  const { plan, trust } = sampleEvidence();
  const zip = await packed(plan);
  const remade = async (changed: Partial<PackagePlan>) => packed({ ...plan, ...changed });
  const altered = async (name: string, code: string, bytes: Uint8Array | Promise<Uint8Array>) =>
    ({ name, code, bytes: await bytes, trust, verdict: 'altered' }) as const;
  const unusable = (name: string, bytes: Uint8Array) =>
    ({ name, bytes, trust, verdict: 'unusable' }) as const;
  const sources = (index: number, change: (source: Source) => Partial<Source>) => ({
    sources: plan.sources.map((source, at) => (at === index ? { ...source, ...change(source) } : source)),
  });
  const span = (from: number, to: number) => ({
    manifest: { ...plan.manifest, fromUtcMs: utcMs(from), toUtcMs: utcMs(to) },
  });
  const redated = plan.ledgers.map((ledger) => ({
    ...ledger,
    entries: ledger.entries.map((entry) => ({
      ...entry,
      text: entry.text.replace(`"startUtcMs":${sampleStart}`, `"startUtcMs":${sampleStart - 60_000}`),
    })),
  }));
  const [picture, sound] = plan.sources;
  const html = '<img src=x onerror=alert(1)><script>alert(1)</script>';
  const named = { counter: { ...plan.manifest.counter, name: html, site: html, unit: html } };
  return [
    { name: 'untouched', bytes: zip, trust, verdict: 'trusted' },
    { name: 'no keys', bytes: zip, trust: undefined, verdict: 'untrusted', code: 'package-untrusted' },
    {
      name: 'head not witnessed',
      ...{ bytes: zip, code: 'head-not-witnessed', verdict: 'untrusted' },
      trust: { keys: trust.keys.filter((key) => !('witness' in key)) },
    },
    { name: 'forger with own keys', bytes: await packed(sampleEvidence().plan), trust, verdict: 'untrusted' },
    {
      name: 'html in every text',
      bytes: await remade({
        manifest: { ...plan.manifest, ...named },
        custody: { askedBy: html },
        ...sources(0, () => ({ name: html })),
      }),
      trust,
      verdict: 'trusted',
    },
    {
      name: 'span wholly in a gap',
      bytes: await remade({
        ...span(sampleStart + 5_000, sampleStart + 7_000),
        sources: sound === undefined ? [] : [{ ...sound, segments: [] }],
      }),
      trust,
      verdict: 'trusted',
    },
    await altered('picture altered', 'footage-altered', turned(zip, Math.floor(zip.length / 2))),
    await altered(
      'footage missing',
      'footage-missing',
      remade(
        sources(0, ({ segments }) => ({
          segments: segments.filter((_, index) => index !== 1),
        })),
      ),
    ),
    await altered(
      'footage reordered',
      'footage-reordered',
      remade(
        sources(0, ({ segments }) => ({
          segments: [...segments].reverse(),
        })),
      ),
    ),
    await altered('re-dated', 'entry-not-in-ledger', remade({ ledgers: redated })),
    await altered(
      'another camera',
      'footage-of-another-source',
      remade(
        sources(0, () => ({
          segments: sound?.segments ?? [],
        })),
      ),
    ),
    await altered(
      'sound swapped',
      'footage-of-another-source',
      remade(
        sources(1, () => ({
          segments: picture?.segments ?? [],
        })),
      ),
    ),
    await altered('gap hidden', 'gap-hidden', remade(sources(1, () => ({ gaps: [] })))),
    await altered('signature unknown', 'package-signature', remade({ signer: sampleEvidence().plan.signer })),
    await altered('empty span', 'span-empty', remade(span(sampleStart + 2_000, sampleStart + 2_000))),
    await altered('clock in 1970', 'footage-missing', remade(span(0, 5_000))),
    await altered('clock in 2100', 'footage-missing', remade(span(4_102_444_800_000, 4_102_444_805_000))),
    unusable('truncated', zip.subarray(0, zip.length - 1_000)),
    unusable('not a ZIP', Buffer.from(html.repeat(20))),
    unusable('bomb', patched(zip, 24, 0xfffffff0)),
    unusable('traversal name', renamed(zip, 'READ-ME.html', '../D-ME.html')),
    unusable('wrong zip64', patched(zip, 42, 0xffffffff)),
    await altered('symlink', 'container', patched(zip, 38, 0o120777 * 0x10000)),
    await altered(
      'duplicate names',
      'container',
      remade({
        sources: plan.sources.map((source, at) =>
          at === 0 ? { ...source, segments: [...source.segments, ...source.segments] } : source,
        ),
      }),
    ),
  ];
}

type Source = PackagePlan['sources'][number];

function turned(zip: Uint8Array, at: number): Uint8Array {
  const bytes = Uint8Array.from(zip);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

/** Another 32-bit value in the first record of the directory. */
function patched(zip: Uint8Array, field: number, value: number): Uint8Array {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(value, bytes.readUInt32LE(bytes.length - 6) + field);
  return bytes;
}

/** Another name of the same length in the directory. */
function renamed(zip: Uint8Array, from: string, to: string): Uint8Array {
  const bytes = Buffer.from(zip);
  bytes.write(to, bytes.indexOf(from, bytes.readUInt32LE(bytes.length - 6)), 'utf8');
  return bytes;
}
