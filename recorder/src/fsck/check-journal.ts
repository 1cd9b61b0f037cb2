import { canonicalJson } from '@minhbach/shared/ledger';
import { journalLines } from '../spool/index.ts';
import type { Disagreement } from './disagreement.ts';
import type { SpoolReader } from './spool-reader.ts';

/**
 * Holds the journal, closed parts included, against the entries of the index: each of the first `size` entries is there
 * once, in order and as the index has it. A last line that is being written is nobody's fault.
 */
export function checkJournal(spool: SpoolReader, size: number): Disagreement[] {
  const found: Disagreement[] = [];
  const firsts = new Map(spool.generations().map(({ generation, first }) => [generation, first]));
  let line = 0;
  let next = 0;
  let damaged: number | undefined;
  const sayDamaged = (at: number): void =>
    void found.push({
      ...{ code: 'journal-damaged', where: `journal.jsonl, line ${at} of all parts` },
      ...{ expected: 'a line as it was written', found: 'another, or part of one' },
    });
  for (const read of journalLines(spool.journalPath)) {
    line += 1;
    if (damaged !== undefined) sayDamaged(damaged);
    damaged = read === undefined ? line : undefined;
    if (read === undefined || !('entry' in read)) continue;
    const ordinal = (firsts.get(read.generation) ?? Number.NaN) + read.entry.seq;
    const row = Number.isSafeInteger(ordinal) ? spool.entry(ordinal) : undefined;
    const where = `journal.jsonl, entry ${read.entry.seq} of generation ${read.generation}`;
    if (row?.json !== canonicalJson(read.entry)) {
      const inIndex = row === undefined ? 'none' : row.json.slice(0, 200);
      found.push({ code: 'journal-differs', where, expected: 'the same entry in the index', found: inIndex });
    }
    if (ordinal > next) found.push(missing(next, ordinal - 1));
    if (ordinal >= next) next = ordinal + 1;
  }
  if (next < size) found.push(missing(next, size - 1));
  return found;
}

function missing(from: number, to: number): Disagreement {
  return {
    code: 'journal-missing',
    where: from === to ? `entry ${from}` : `entries ${from} to ${to}`,
    expected: 'a line of the journal',
    found: 'none',
  };
}
