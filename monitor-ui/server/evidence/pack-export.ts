import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { monitorSignerName, writePackage } from '@minhbach/shared/evidence';
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
 * Writes the package of a plan to `file`, durable on return; the same plan gives the same bytes. Holds one segment at a
 * time. Throws `ExportWaitsError` and `ExportFailedError`.
 */
export async function packExport(
  parts: PackParts,
  plan: FrozenPlan,
  of: { readonly file: string; readonly onProgress: (done: number) => void; readonly signal: AbortSignal },
): Promise<MadePackage> {
  const { file, onProgress, signal } = of;
  // Each segment is read twice, see writePackage, and once for the clips.
  const total = 3 * plan.sources.reduce((sum, { segments }) => sum + segments.length, 0);
  let reads = 0;
  const read = async (entry: SegmentSealed): Promise<Uint8Array> => {
    const bytes = await readSegment(parts, entry, signal);
    reads += 1;
    onProgress(reads / (total + 1));
    return bytes;
  };
  const clips = await makeClips(plan, {
    ...{ read, directory: `${file}.clips`, signal },
    ...(parts.ffmpegPath === undefined ? {} : { ffmpegPath: parts.ffmpegPath }),
  });
  if (clips.fault !== undefined) parts.onClipFault(clips.fault);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(`${file}.part`, 'w', 0o600);
  try {
    const sink = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      sizeBytes += bytes.length;
      for (let at = 0; at < bytes.length;) {
        at += (await handle.write(bytes, at)).bytesWritten;
      }
    };
    const { sources, readMe, ...rest } = plan;
    await writePackage(
      {
        ...rest,
        readMe: new TextEncoder().encode(readMe),
        sources: sources.map(({ segments, ...source }) => ({
          ...source,
          segments: segments.map(({ entry, generation }) => ({ entry, generation, read: () => read(entry) })),
        })),
        clips: clips.clips,
        signer: parts.signer(monitorSignerName(plan.manifest.monitorId)),
      },
      sink,
      signal,
    );
    await handle.sync();
  } finally {
    await handle.close();
    await clips.remove();
  }
  await rename(`${file}.part`, file);
  return {
    sizeBytes,
    sha256: sha256HexSchema.parse(hash.digest('hex')),
    clips: clips.clips.length,
    readMeSha256: sha256HexSchema.parse(createHash('sha256').update(plan.readMe).digest('hex')),
  };
}

async function readSegment(parts: PackParts, entry: SegmentSealed, signal: AbortSignal): Promise<Uint8Array> {
  const place = parts.catalogue.place(entry.segmentId);
  if (place === undefined) {
    throw new ExportFailedError(
      'footage-gone',
      `segment ${entry.segmentId} is not in the catalogue any more`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = await buffer(await parts.bytes.open(place, { firstByte: 0, lastByte: entry.bytes - 1 }, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FootageUnavailableError) {
      if (error.code === 'gone') throw new ExportFailedError('footage-gone', error.message, { cause: error });
      throw new ExportWaitsError(error.code === 'recorder-away' ? 'recorder' : 'archive', { cause: error });
    }
    // A line that breaks in the middle of a segment.
    throw new ExportWaitsError('recorder', { cause: error });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {
    throw new ExportFailedError('footage-altered', `segment ${entry.segmentId} is not what its entry says`);
  }
  return bytes;
}
