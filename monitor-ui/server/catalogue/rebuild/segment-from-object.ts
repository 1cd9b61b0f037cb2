import { createHash } from 'node:crypto';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import { wholePieces } from '@minhbach/shared/media';
import type { parseSegmentObjectKey } from '@minhbach/shared/object-store';
import { keyframePlacesFit, type SegmentSealed } from '@minhbach/shared/protocol';
import { captureIdSchema, sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';

/**
 * What a segment's entry said, as far as its object alone still tells: the key says whose it is and when it starts, the
 * boxes how long it is. Which capture it was of is lost: each such segment counts as one of its own. How sure the clock
 * was is lost too. `undefined` when it holds no footage.
 */
export function segmentFromObject(
  key: string,
  of: NonNullable<ReturnType<typeof parseSegmentObjectKey>>,
  bytes: Buffer,
): SegmentSealed | undefined {
  const pieces = wholePieces(bytes);
  const first = pieces?.fragments[0]?.fragment;
  const last = pieces?.fragments.at(-1)?.fragment;
  if (pieces === undefined || first === undefined || last === undefined) return undefined;
  const { init, initBytes, fragments } = pieces;
  const toMs = (ticks: number) => Math.round((ticks * 1_000) / init.timescale);
  const endUtcMs = utcMs(of.startUtcMs + toMs(last.tfdt + last.durationTicks - first.tfdt));
  const picture = init.trackKind === 'picture' ? fragments : [];
  const keyframes = picture
    .flatMap((piece) => piece.fragment.keyframeTicks)
    .map((ticks) => toMs(ticks - first.tfdt));
  const keyframeOffsets = picture
    .filter((piece) => piece.fragment.startsWithKeyframe)
    .map(({ start }) => start);
  const placesFit = keyframePlacesFit({ keyframes, keyframeOffsets, initBytes, bytes: bytes.length });
  return {
    kind: 'segment-sealed',
    seq: 0,
    at: endUtcMs,
    segmentId: of.segmentId,
    sourceId: of.sourceId,
    captureId: captureIdSchema.parse(of.segmentId),
    startUtcMs: of.startUtcMs,
    endUtcMs,
    firstTfdt: first.tfdt,
    timescale: init.timescale,
    bytes: bytes.length,
    initBytes,
    fragments: fragments.length,
    sha256: sha256HexSchema.parse(createHash('sha256').update(bytes).digest('hex')),
    fragmentsRoot: sha256HexSchema.parse(
      fragmentsRoot(
        bytes.subarray(0, initBytes),
        fragments.map(({ start, end }) => bytes.subarray(start, end)),
      ),
    ),
    codec: init.codec,
    mime: init.mime,
    keyframes,
    ...(placesFit ? { keyframeOffsets } : {}),
    clockErrorMs: 0,
    recovered: true,
    key,
  };
}
