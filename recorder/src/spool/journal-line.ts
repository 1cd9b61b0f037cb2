import { hash } from 'node:crypto';
import { z } from 'zod';
import { previousGenerationSchema, recorderEntrySchema } from '@minhbach/shared/protocol';
import { openSegmentRowSchema } from './open-segment-row.ts';

/** One line of the journal: a fact, the begin of a generation, the newest open row of a segment, or a row of another room. */
export const journalLineSchema = z.union([
  z.strictObject({ generation: z.int().min(0), entry: recorderEntrySchema }),
  z.strictObject({ generation: z.int().min(0), previous: previousGenerationSchema.nullable() }),
  z.strictObject({ open: openSegmentRowSchema }),
  z.strictObject({ kept: z.string(), row: z.json() }),
]);
export type JournalLine = z.infer<typeof journalLineSchema>;

const checksumLength = 16;

function checksum(json: string): string {
  return hash('sha256', json, 'hex').slice(0, checksumLength);
}

/** `json` as a line with its checksum and line feed. */
export function journalText(json: string): string {
  return `${checksum(json)} ${json}\n`;
}

/** `undefined` for a line that is not as it was written. */
export function readJournalLine(text: string): JournalLine | undefined {
  const json = text.slice(checksumLength + 1);
  if (text[checksumLength] !== ' ' || checksum(json) !== text.slice(0, checksumLength)) return undefined;
  try {
    return journalLineSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
