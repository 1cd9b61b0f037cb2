import { createHash } from 'node:crypto';
import { canonicalJson, signedNote, type CanonicalValue, type NoteSigner } from '../ledger/index.ts';
import type { SegmentSealed } from '../protocol/index.ts';
import { chooseFragments } from './choose-fragments.ts';
import { footagePath, leavesPath, packageFiles, proofsPath, signatureText } from './package-files.ts';
import type { FootageFile, LedgerExtract, Manifest } from './package-schema.ts';
import { PackageWriter, type EvidenceSink, type LongFile } from './package-writer.ts';

/** One segment that touches the span asked for. */
export interface PackedSegment {
  readonly entry: SegmentSealed;
  readonly generation: number;
  /** The whole sealed segment; asked for once, when its turn comes. */
  read(signal: AbortSignal): Promise<Uint8Array>;
}

export interface PackagePlan {
  readonly manifest: Omit<Manifest, 'sources'>;
  readonly readMe: Uint8Array;
  readonly custody: CanonicalValue;
  readonly ledgers: readonly LedgerExtract[];
  readonly sources: readonly (Omit<Manifest['sources'][number], 'footage'> & {
    /** In order of time. */
    readonly segments: readonly PackedSegment[];
  })[];
  readonly clips: readonly { readonly path: string; readonly file: LongFile }[];
  /** Signs as `monitorSignerName`. */
  readonly signer: NoteSigner;
}

/**
 * Writes a whole package. Segments are read twice: once to learn which of their fragments the manifest names, once to
 * write those; one is held at a time. Rejects when a segment cannot be read or is not what its entry says; what the sink
 * took is no package then.
 */
export async function writePackage(
  plan: PackagePlan,
  sink: EvidenceSink,
  signal: AbortSignal,
): Promise<void> {
  const writer = new PackageWriter(sink);
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const { fromUtcMs, toUtcMs } = plan.manifest;
  const choose = async (segment: PackedSegment): Promise<ReturnType<typeof chooseFragments>> => {
    signal.throwIfAborted();
    const { entry } = segment;
    const bytes = await segment.read(signal);
    if (createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {
      throw new Error(`segment ${entry.segmentId} is not what its ledger entry says`);
    }
    return chooseFragments(bytes, fromUtcMs - entry.startUtcMs, toUtcMs - entry.startUtcMs);
  };
  const sources: Manifest['sources'] = [];
  for (const { segments, ...source } of plan.sources) {
    const footage: FootageFile[] = [];
    for (const segment of segments) {
      const { entry, generation } = segment;
      const chosen = await choose(segment);
      if (chosen === undefined) continue;
      const { firstFragment, fragments } = chosen;
      const { segmentId } = entry;
      const path = footagePath(source.id, entry.startUtcMs, { segmentId });
      footage.push({ generation, entry: entry.seq, path, segmentId, firstFragment, fragments });
    }
    sources.push({ ...source, footage });
  }
  const manifest: Manifest = { ...plan.manifest, sources };
  await writer.add(packageFiles.readMe, plan.readMe);
  await writer.add(packageFiles.manifest, utf8(canonicalJson(manifest)));
  await writer.add(packageFiles.custody, utf8(canonicalJson(plan.custody)));
  for (const extract of plan.ledgers) await writer.add(proofsPath(extract), utf8(canonicalJson(extract)));
  for (const { id, segments } of plan.sources) {
    for (const segment of segments) {
      const chosen = await choose(segment);
      if (chosen === undefined) continue;
      await writer.add(leavesPath(id, segment.entry), chosen.leaves);
      await writer.add(footagePath(id, segment.entry.startUtcMs, segment.entry), chosen.bytes);
    }
  }
  for (const { path, file } of plan.clips) await writer.addLong(path, file);
  const { sums } = writer;
  await writer.add(packageFiles.sums, utf8(sums));
  const signed = signatureText(manifest.packageId, createHash('sha256').update(sums).digest('hex'));
  await writer.add(packageFiles.signature, utf8(signedNote(signed, plan.signer, 0)));
  await writer.finish();
}
