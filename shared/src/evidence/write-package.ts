import { createHash } from 'node:crypto';
import { canonicalJson, signedNote, type CanonicalValue, type NoteSigner } from '../ledger/index.ts';
import type { SegmentSealed } from '../protocol/index.ts';
import { chooseFragments, type ChosenFragments } from './choose-fragments.ts';
import { footagePath, leavesPath, packageFiles, proofsPath, signatureText } from './package-files.ts';
import type { LedgerExtract, Manifest } from './package-schema.ts';
import { PackageWriter, type EvidenceSink, type LongFile } from './package-writer.ts';
import { packedFootage } from './packed-footage.ts';
import { packingTools, type PackingTools } from './packing-tools.ts';
import type { HeldSegment, PackedSegment } from './segment-memory.ts';

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

type Span = Pick<Manifest, 'fromUtcMs' | 'toUtcMs'>;

interface ChosenSegment {
  readonly sourceId: string;
  readonly segment: PackedSegment;
  readonly chosen: ChosenFragments;
}

/** Whether the span has all of a segment: it is packed whole, and not read to learn which of its fragments. */
export function liesWithin({ startUtcMs, endUtcMs }: SegmentSealed, { fromUtcMs, toUtcMs }: Span): boolean {
  return startUtcMs >= fromUtcMs && endUtcMs <= toUtcMs;
}

/**
 * Writes a whole package. Segments in which the span begins or ends are read twice: once to learn which of their fragments
 * the manifest names, once to write those. Holds two segments, in the memories of `tools` where they are given: while one
 * is hashed, the one before is taken by the sink, and then the next one read in its place. Rejects when a segment cannot be
 * read or is not what its entry says (`AlteredSegmentError`); what the sink took is no package then.
 */
export async function writePackage(
  plan: PackagePlan,
  sink: EvidenceSink,
  signal: AbortSignal,
  tools?: PackingTools,
): Promise<void> {
  if (tools === undefined) {
    await using own = packingTools(entriesOf(plan));
    await writePackage(plan, sink, signal, own);
    return;
  }
  const writer = new PackageWriter(sink);
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const segments = await chosenSegments(plan, tools, signal);
  const sources = plan.sources.map(({ id, kind, name, recorderId, gaps }) => ({
    ...{ id, kind, name, recorderId, gaps },
    footage: segments.filter(({ sourceId }) => sourceId === id).map(footageFile),
  }));
  const manifest: Manifest = { ...plan.manifest, sources };
  await writer.add(packageFiles.readMe, plan.readMe);
  await writer.add(packageFiles.manifest, utf8(canonicalJson(manifest)));
  await writer.add(packageFiles.custody, utf8(canonicalJson(plan.custody)));
  for (const extract of plan.ledgers) await writer.add(proofsPath(extract), utf8(canonicalJson(extract)));
  await addFootage(writer, segments, tools, signal);
  for (const { path, file } of plan.clips) await writer.addLong(path, file);
  const { sums } = writer;
  await writer.add(packageFiles.sums, utf8(sums));
  const signed = signatureText(manifest.packageId, createHash('sha256').update(sums).digest('hex'));
  await writer.add(packageFiles.signature, utf8(signedNote(signed, plan.signer, 0)));
  await writer.finish();
}

/** Of all segments of a plan. */
export function entriesOf({ sources }: PackagePlan): SegmentSealed[] {
  return sources.flatMap(({ segments }) => segments.map(({ entry }) => entry));
}

async function chosenSegments(
  { manifest, sources }: PackagePlan,
  { memories: [memory] }: PackingTools,
  signal: AbortSignal,
): Promise<ChosenSegment[]> {
  const found: ChosenSegment[] = [];
  for (const { id: sourceId, segments } of sources) {
    for (const segment of segments) {
      signal.throwIfAborted();
      const { entry } = segment;
      const [from, to] = [manifest.fromUtcMs - entry.startUtcMs, manifest.toUtcMs - entry.startUtcMs];
      const chosen = liesWithin(entry, manifest)
        ? { firstFragment: 0, fragments: entry.fragments }
        : chooseFragments((await memory.fill(segment, signal)).pieces, from, to);
      if (chosen !== undefined) found.push({ sourceId, segment, chosen });
    }
  }
  return found;
}

function footageFile({
  sourceId,
  segment,
  chosen,
}: ChosenSegment): Manifest['sources'][number]['footage'][number] {
  const { entry, generation } = segment;
  const { segmentId } = entry;
  return {
    generation,
    entry: entry.seq,
    path: footagePath(sourceId, entry.startUtcMs, entry),
    segmentId,
    ...chosen,
  };
}

async function addFootage(
  writer: PackageWriter,
  segments: readonly ChosenSegment[],
  { memories: [even, odd], thread }: PackingTools,
  signal: AbortSignal,
): Promise<void> {
  const giveUp = new AbortController();
  const within = AbortSignal.any([signal, giveUp.signal]);
  /** Reads into the memory of the segment before the last, which `free` says was taken. */
  const read = async (index: number, free: Promise<void>): Promise<HeldSegment | undefined> => {
    const wanted = segments[index];
    await free;
    return wanted && (index % 2 === 0 ? even : odd).fillUnchecked(wanted.segment, within);
  };
  let taken: Promise<void> = Promise.resolve();
  let next = read(0, taken);
  try {
    for (const [index, { sourceId, segment, chosen }] of segments.entries()) {
      const held = await next;
      next = read(index + 1, taken);
      // Whether it fails is seen when its turn comes.
      next.catch(() => undefined);
      if (held === undefined) break;
      const { leaves, footage } = await packedFootage(segment, held, chosen, thread);
      await taken;
      taken = (async () => {
        await writer.addHeld(leavesPath(sourceId, segment.entry), leaves);
        await writer.addHeld(footagePath(sourceId, segment.entry.startUtcMs, segment.entry), footage);
      })();
      taken.catch(() => undefined);
    }
    await taken;
  } finally {
    giveUp.abort();
    await Promise.allSettled([next, taken]);
  }
}
