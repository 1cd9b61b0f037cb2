import { createHash } from 'node:crypto';
import {
  AlteredSegmentError,
  liesWithin,
  monitorSignerName,
  packingTools,
  writePackageFile,
  type PackedSegment,
  type SegmentMemory,
} from '@minhbach/shared/evidence';
import type { NoteSigner } from '@minhbach/shared/ledger';
import type { SegmentSealed } from '@minhbach/shared/protocol';
import { sha256HexSchema, type Sha256Hex } from '@minhbach/shared/units-of-measure';
import type { Catalogue } from '../catalogue/index.ts';
import { FootageUnavailableError, type FootageBytes } from '../playback/index.ts';
import { ExportFailedError, ExportWaitsError } from './export-error.ts';
import type { FrozenPlan } from './frozen-plan.ts';
import { makeClips } from './make-clips.ts';

export interface PackParts {
  readonly catalogue: Pick<Catalogue, 'place'>;
  readonly bytes: FootageBytes;
  readonly signer: (name: string) => NoteSigner;
  /** Told why a package is made without clips. */
  readonly onClipFault: (fault: string) => void;
  readonly ffmpegPath?: string;
}

export interface MadePackage {
  readonly sizeBytes: number;
  readonly sha256: Sha256Hex;
  /** Films to play that lie in it; none where ffmpeg failed, or where there was no picture. */
  readonly clips: number;
  /** Of its READ-ME.html. */
  readonly readMeSha256: Sha256Hex;
}

/**
 * Writes the package of a plan to `file`, durable on return; the same plan gives the same bytes. Holds a few
 * segments at a time. Throws `ExportWaitsError` and `ExportFailedError`.
 */
export async function packExport(
  parts: PackParts,
  plan: FrozenPlan,
  of: { readonly file: string; readonly onProgress: (done: number) => void; readonly signal: AbortSignal },
): Promise<MadePackage> {
  try {
    return await made(parts, plan, of);
  } catch (error) {
    if (!(error instanceof AlteredSegmentError)) throw error;
    throw new ExportFailedError('footage-altered', error.message, { cause: error });
  }
}

async function made(...[parts, plan, of]: Parameters<typeof packExport>): Promise<MadePackage> {
  const { file, onProgress, signal } = of;
  const entries = plan.sources.flatMap(({ segments }) => segments.map(({ entry }) => entry));
  // Each segment is read once for the package and once for the clips, and once more where the span ends in it.
  const total = 2 * entries.length + entries.filter((entry) => !liesWithin(entry, plan.manifest)).length;
  let reads = 0;
  const read = async function* (
    entry: SegmentSealed,
    within: AbortSignal,
    into: Uint8Array,
  ): AsyncGenerator<Uint8Array> {
    yield* segmentBytes(parts, entry, within, into);
    reads += 1;
    onProgress(reads / (total + 1));
  };
  const packedSegment = (entry: SegmentSealed) => ({
    ...{ entry, read: (within: AbortSignal, into: Uint8Array) => read(entry, within, into) },
  });
  await using tools = packingTools(entries);
  const clips = await makeClips(plan, {
    read: oneByOne(packedSegment, tools.memories[0], signal),
    ...{ directory: `${file}.clips`, signal },
    ...(parts.ffmpegPath === undefined ? {} : { ffmpegPath: parts.ffmpegPath }),
  });
  if (clips.fault !== undefined) parts.onClipFault(clips.fault);
  const { sources, readMe, ...rest } = plan;
  try {
    const written = await writePackageFile(
      {
        ...rest,
        readMe: new TextEncoder().encode(readMe),
        sources: sources.map(({ segments, ...source }) => ({
          ...source,
          segments: segments.map(({ entry, generation }) => ({ ...packedSegment(entry), generation })),
        })),
        clips: clips.clips,
        signer: parts.signer(monitorSignerName(plan.manifest.monitorId)),
      },
      file,
      signal,
      tools,
    );
    return {
      ...written,
      clips: clips.clips.length,
      readMeSha256: sha256HexSchema.parse(createHash('sha256').update(plan.readMe).digest('hex')),
    };
  } finally {
    await clips.remove();
  }
}

/** Each segment stays until the next one is asked for. */
function oneByOne(
  packedSegment: (entry: SegmentSealed) => Pick<PackedSegment, 'entry' | 'read'>,
  memory: SegmentMemory,
  signal: AbortSignal,
): (entry: SegmentSealed) => Promise<Uint8Array> {
  return async (entry) => (await memory.fill(packedSegment(entry), signal)).bytes;
}

async function* segmentBytes(
  parts: PackParts,
  entry: SegmentSealed,
  signal: AbortSignal,
  into: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const place = parts.catalogue.place(entry.segmentId);
  if (place === undefined) {
    throw new ExportFailedError(
      'footage-gone',
      `segment ${entry.segmentId} is not in the catalogue any more`,
    );
  }
  try {
    yield* await parts.bytes.open(place, { firstByte: 0, lastByte: entry.bytes - 1 }, signal, into);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FootageUnavailableError) {
      if (error.code === 'gone') throw new ExportFailedError('footage-gone', error.message, { cause: error });
      throw new ExportWaitsError(error.code === 'recorder-away' ? 'recorder' : 'archive', { cause: error });
    }
    // A line that breaks in the middle of a segment.
    throw new ExportWaitsError('recorder', { cause: error });
  }
}
