import type { Case, CaseFile } from '@minhbach/shared/protocol';
import { utcMs, type ComplaintId, type ExportId, type IncidentId } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import type { Shield } from '../shield/index.ts';
import type { CaseItemRow, CaseRow } from './case-rows.ts';

/** Words of an item; which of them there are depends on its kind. */
const wordsSchema = z.strictObject({
  text: z.string().optional(),
  label: z.string().optional(),
  to: z.string().optional(),
  answer: z.string().optional(),
});
export type CaseWords = z.infer<typeof wordsSchema>;

export function sealWords(shield: Shield, itemId: string, words: CaseWords): string {
  return shield.seal(JSON.stringify(words), `case-item/${itemId}`);
}

export function caseShown(
  shield: Shield,
  row: CaseRow,
  of: { readonly complaints: number; readonly answerBy: number | undefined; readonly isMember: boolean },
): Case {
  return {
    ...{ id: row.id, number: row.number, title: shield.open(row.title_sealed, `case/${row.id}`) },
    ...{ state: row.state, openedAt: utcMs(row.opened_at) },
    openedBy: { id: row.opened_by, displayName: row.opener_name },
    complaints: of.complaints,
    ...(of.answerBy === undefined ? {} : { answerBy: utcMs(of.answerBy) }),
    ...(row.closed_at === null ? {} : { closedAt: utcMs(row.closed_at) }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    isMember: of.isMember,
  };
}

export function caseFileShown(
  shield: Shield,
  head: Case,
  items: readonly CaseItemRow[],
  more: {
    readonly members: CaseFile['members'];
    readonly complaintIds: ComplaintId[];
    readonly incidentIds: IncidentId[];
    readonly exportIds: ExportId[];
  },
): CaseFile {
  const file: CaseFile = { ...head, ...more, footage: [], marks: [], notes: [], tasks: [] };
  for (const item of items) {
    const { id, counter_id: counterId, from_ms: from, to_ms: to, hold_id: holdId } = item;
    const words = wordsSchema.parse(JSON.parse(shield.open(item.sealed, `case-item/${id}`)));
    const { text = '', label } = words;
    const by = { id: item.made_by, displayName: item.maker_name };
    const made = { id, at: utcMs(item.made_at), by };
    switch (item.kind) {
      case 'footage':
        if (counterId === null || from === null || to === null || holdId === null) break;
        file.footage.push({
          ...made,
          ...{
            counterId,
            from: utcMs(from),
            to: utcMs(to),
            holdId,
            ...(label === undefined ? {} : { label }),
          },
        });
        break;
      case 'mark':
        if (counterId !== null && from !== null) {
          file.marks.push({ ...made, counterId, markedAt: utcMs(from), text });
        }
        break;
      case 'note':
        file.notes.push({ ...made, text });
        break;
      case 'task':
        file.tasks.push({
          ...{ ...made, text },
          ...(item.due_at === null ? {} : { dueAt: utcMs(item.due_at) }),
          ...(item.done_at === null ? {} : { doneAt: utcMs(item.done_at) }),
          ...(item.done_by === null
            ? {}
            : { doneBy: { id: item.done_by, displayName: item.doer_name ?? '' } }),
        });
        break;
      case 'referral':
        file.referral = { at: made.at, by, to: words.to ?? '', text };
        break;
      case 'closing':
        if (head.outcome === undefined) break;
        file.closing = {
          ...{ at: made.at, by, outcome: head.outcome, text },
          ...(words.answer === undefined ? {} : { answer: words.answer }),
        };
        break;
      default:
        item.kind satisfies never;
    }
  }
  return file;
}
