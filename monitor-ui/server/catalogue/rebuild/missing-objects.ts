import type { SegmentId } from '@minhbach/shared/units-of-measure';
import type { RebuildWork } from './rebuild-work.ts';

interface Missing {
  readonly segment_id: SegmentId;
  readonly dropped: 0 | 1;
  readonly object_key: string;
}

/**
 * Segments that were proven and whose object is not there. What the spool may still hold counts as never archived; what it
 * dropped is footage no more, and its time a hole.
 */
export async function nameMissingObjects(work: RebuildWork): Promise<void> {
  const { sqlite } = work.database;
  const missing = sqlite
    .prepare<[], Missing>(
      `SELECT s.segment_id, s.dropped, f.object_key FROM segment s JOIN segment_fact f USING (segment_id)
       WHERE s.proven = 1 AND NOT EXISTS (SELECT 1 FROM catalogue_rebuild_seen AS seen WHERE seen.segment_id = s.segment_id)`,
    )
    .all();
  const sources = sqlite
    .prepare<[], string>(
      'SELECT source_id FROM source_owner WHERE source_id NOT IN (SELECT id FROM source) ORDER BY source_id',
    )
    .pluck()
    .all();
  const unprove = sqlite.prepare('UPDATE segment SET proven = 0 WHERE segment_id = ?');
  const remove = sqlite.prepare('DELETE FROM segment WHERE segment_id = ?');
  const removeFact = sqlite.prepare('DELETE FROM segment_fact WHERE segment_id = ?');
  work.database.transaction(() => {
    for (const { segment_id: segmentId, dropped, object_key: place } of missing) {
      work.progress.note({ code: 'object-missing', place, expected: 'a proven object', found: 'none' });
      if (dropped === 0) unprove.run(segmentId);
      else {
        remove.run(segmentId);
        removeFact.run(segmentId);
      }
    }
    for (const place of sources) {
      const [expected, found] = ['a registered source', 'none: its counter is not known here'];
      work.progress.note({ code: 'source-unknown', place, expected, found });
    }
    work.progress.reach('missing', '');
  });
}
