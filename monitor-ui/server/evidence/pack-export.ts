import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  AlteredSegmentError,
  liesWithin,
  monitorSignerName,
  writePackageFile,
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
  const { file, onProgress, signal } = of;
  const entries = plan.sources.flatMap(({ segments }) => segments.map(({ entry }) => entry));
  // Each segment is read once for the package and once for the clips, and once more where the span ends in it.
  const total = 2 * entries.length + entries.filter((entry) => !liesWithin(entry, plan.manifest)).length;
  let reads = 0;
  const onRead = (): void => {
    reads += 1;
    onProgress(reads / (total + 1));
  };
  const clips = await makeClips(plan, {
    read: async (entry) => {
      const bytes = await heldSegment(parts, entry, signal);
      onRead();
      return bytes;
    },
    ...{ directory: `${file}.clips`, signal },
    ...(parts.ffmpegPath === undefined ? {} : { ffmpegPath: parts.ffmpegPath }),
  });
  if (clips.fault !== undefined) parts.onClipFault(clips.fault);
  const { sources, readMe, ...rest } = plan;
  const read = async function* (
    entry: SegmentSealed,
    within: AbortSignal,
    into: Uint8Array,
  ): AsyncGenerator<Uint8Array> {
    yield* segmentBytes(parts, entry, within, into);
    onRead();
  };
  try {
    const made = await writePackageFile(
      {
        ...rest,
        readMe: new TextEncoder().encode(readMe),
        sources: sources.map(({ segments, ...source }) => ({
          ...source,
          segments: segments.map(({ entry, generation }) => ({
            ...{ entry, generation },
            read: (within: AbortSignal, into: Uint8Array) => read(entry, within, into),
          })),
        })),
        clips: clips.clips,
        signer: parts.signer(monitorSignerName(plan.manifest.monitorId)),
      },
      file,
      signal,
    );
    return {
      ...made,
      clips: clips.clips.length,
      readMeSha256: sha256HexSchema.parse(createHash('sha256').update(plan.readMe).digest('hex')),
    };
  } catch (error) {
    if (error instanceof AlteredSegmentError)
      throw new ExportFailedError('footage-altered', error.message, { cause: error });
    throw error;
  } finally {
    await clips.remove();
  }
}

async function* segmentBytes(
  parts: PackParts,
  entry: SegmentSealed,
  signal: AbortSignal,
  into?: Uint8Array,
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

async function heldSegment(parts: PackParts, entry: SegmentSealed, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = await buffer(segmentBytes(parts, entry, signal));
  if (createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {
    throw new ExportFailedError('footage-altered', `segment ${entry.segmentId} is not what its entry says`);
  }
  return bytes;
}
