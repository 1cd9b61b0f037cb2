import { basename } from 'node:path';
import type { SegmentId } from '@minhbach/shared/units-of-measure';
import { hashOfFile, type Spool, type SpooledSegment } from '../spool/index.ts';
import { quarantine } from './recover.ts';

export interface DamageFound {
  readonly segment: SpooledSegment;
  /** `undefined`: the file is gone. */
  readonly sha256: string | undefined;
  readonly message: string;
}

/**
 * Looks at a sealed file once more, with nobody else at it, and takes the segment out of the spool when it is not what was
 * sealed: the file goes to `quarantine/`, `segment-dropped` says whether the archive has it. An upload that is under way
 * ends first: what it read may have been whole, and then the archive has it. Answers `undefined` when nothing is wrong
 * with it, or it left the spool meanwhile.
 */
export async function takeOutIfDamaged(spool: Spool, segmentId: SegmentId): Promise<DamageFound | undefined> {
  return spool.inTurn(segmentId, async () => {
    const segment = spool.findSegment(segmentId);
    if (segment === undefined) return undefined;
    const sha256 = await hashOfFile(segment.path);
    if (sha256 === segment.sha256) return undefined;
    await quarantine(spool, { segmentId, fileName: basename(segment.path) });
    await spool.drop(segmentId, sha256 === undefined ? 'lost' : 'damaged');
    return { segment, sha256, message: sentence(segment, sha256) };
  });
}

function sentence(
  { segmentId, sourceId, startUtcMs, endUtcMs, uploadState }: SpooledSegment,
  sha256: string | undefined,
): string {
  const span = `${new Date(startUtcMs).toISOString()} to ${new Date(endUtcMs).toISOString()}`;
  const what = sha256 === undefined ? 'is gone' : 'is no longer what was sealed and lies in quarantine/';
  const archive =
    uploadState === 'proven' ? 'the archive has it, proven' : 'the archive is not known to have it';
  return `segment ${segmentId} of source ${sourceId}, ${span}, ${what}; ${archive}`;
}
