import type { Custody } from '@minhbach/shared/protocol';
import {
  counterIdSchema,
  exportIdSchema,
  personIdSchema,
  sha256HexSchema,
  utcMs,
  type CaseId,
} from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { MonitorDatabase } from '../database/index.ts';

const subjectSchema = z.looseObject({
  caseId: z.string().optional(),
  grantId: z.string().optional(),
  holdId: z.string().optional(),
  exportId: exportIdSchema.optional(),
  counterId: counterIdSchema.optional(),
  from: z.int().optional(),
  to: z.int().optional(),
  sha256: sha256HexSchema.optional(),
  recipientId: z.string().optional(),
});

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly person_id: string | null;
  readonly display_name: string | null;
  readonly subject: string;
}

/**
 * Who held, played, exported and fetched the footage of a case, read from the audit: what a court asks of every copy.
 * Found by the case, by its exports and holds, and by grants given for it.
 */
export class CustodyReader {
  readonly #database: MonitorDatabase;
  readonly #recipientName: (id: string) => string | undefined;

  constructor(database: MonitorDatabase, recipientName: (id: string) => string | undefined) {
    this.#database = database;
    this.#recipientName = recipientName;
  }

  of(caseId: CaseId): Custody {
    const { sqlite } = this.#database;
    const known = new Set<string>([caseId]);
    const ids = sqlite
      .prepare<[string, string, string], { id: string }>(
        `SELECT id FROM evidence_export WHERE case_id = ? UNION SELECT id FROM hold WHERE case_id = ?
         UNION SELECT c.hold_id FROM complaint_clip c JOIN complaint m ON m.id = c.complaint_id WHERE m.case_id = ?`,
      )
      .all(caseId, caseId, caseId);
    for (const { id } of ids) known.add(id);
    const rows = sqlite
      .prepare<[], Row>(
        `SELECT e.seq, e.at, e.kind, e.person_id, p.display_name, e.subject
         FROM audit_entry e LEFT JOIN person p ON p.id = e.person_id
         WHERE e.kind IN ('case-opened', 'case-closed', 'case-referred', 'hold-placed', 'hold-released', 'play-granted',
           'footage-fetched', 'played', 'export-asked', 'export-made', 'export-failed', 'export-cancelled', 'exported',
           'recipient-added', 'recipient-revoked', 'custody-printed')
         ORDER BY e.seq`,
      )
      .iterate();
    const items: Custody['items'] = [];
    for (const row of rows) {
      const subject = subjectSchema.parse(JSON.parse(row.subject));
      const { grantId, holdId, exportId, counterId, from, to, sha256 } = subject;
      if (![subject.caseId, grantId, holdId, exportId].some((id) => id !== undefined && known.has(id)))
        continue;
      if (grantId !== undefined) known.add(grantId);
      const recipient = subject.recipientId && this.#recipientName(subject.recipientId);
      items.push({
        ...{ seq: row.seq, at: utcMs(row.at), kind: row.kind },
        ...(row.person_id === null
          ? {}
          : { by: { id: personIdSchema.parse(row.person_id), displayName: row.display_name ?? '' } }),
        ...(counterId === undefined ? {} : { counterId }),
        ...(from === undefined ? {} : { from: utcMs(from) }),
        ...(to === undefined ? {} : { to: utcMs(to) }),
        ...(exportId === undefined ? {} : { exportId }),
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(recipient === undefined ? {} : { recipient }),
      });
    }
    return { items };
  }
}
