import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { journalText } from './journal-line.ts';
import { Journal, journalLines } from './journal.ts';
import { closedParts, closePart, packParts } from './journal-parts.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-journal-'));
  path = join(directory, 'journal.jsonl');
});
afterEach(async () => rm(directory, { recursive: true }));

const started = (seq: number) =>
  JSON.stringify({
    generation: 0,
    entry: { seq, at: 1_700_000_000_000 + seq, kind: 'recorder-stopped', reason: 'a test' },
  });
const seqs = () =>
  [...journalLines(path)].map((line) => (line && 'entry' in line ? line.entry.seq : 'damaged'));
const upTo = (count: number) => Array.from({ length: count }, (_, seq) => seq);

const text = (from: number, to: number) =>
  upTo(to)
    .slice(from)
    .map((seq) => journalText(started(seq)))
    .join('');

/** Closed parts of five lines each. */
function closed(parts: number): void {
  for (let part = 0; part < parts; part += 1) {
    writeFileSync(path, text(part * 5, part * 5 + 5));
    closePart(path);
  }
}

it('goes on in a new file when one is large, packs what is closed, and reads as one', async () => {
  for (const [from, to] of [
    [0, 40],
    [40, 60],
  ] as const) {
    const journal = Journal.open(path, { partBytes: 500 });
    for (let seq = from; seq < to; seq += 1)
      journal.append([started(seq)], { generation: 0, nextSeq: seq + 1 });
    journal.close();
    await journal.packed();
    const parts = closedParts(path);
    expect(parts.length).toBeGreaterThan(4);
    expect(parts.slice(0, -1).every((part) => part.endsWith('.jsonl.gz'))).toBe(true);
    expect(parts.at(-1)?.endsWith('.jsonl')).toBe(true);
    expect(seqs()).toEqual(upTo(to));
  }
});

it('knows where it ends when the last file was closed and no other begun', () => {
  closed(2);
  expect(existsSync(path)).toBe(false);
  const journal = Journal.open(path);
  expect(journal.position).toEqual({ generation: 0, nextSeq: 10 });
  journal.close();
});

it('is whole after a crash between any two steps of packing', async () => {
  closed(2);
  writeFileSync(path, text(10, 12));
  const before = join(directory, 'before');
  for (const name of readdirSync(directory)) cpSync(join(directory, name), join(before, name));
  const [oldest] = closedParts(path);
  if (oldest === undefined) throw new Error('nothing was closed');
  const whole = gzipSync(readFileSync(oldest));
  const states: (() => void)[] = [
    () => writeFileSync(`${oldest}.gz.part`, whole.subarray(0, 20)),
    () => writeFileSync(`${oldest}.gz.part`, whole),
    () => writeFileSync(`${oldest}.gz`, whole),
    () => {
      writeFileSync(`${oldest}.gz`, whole);
      rmSync(oldest);
    },
  ];
  for (const crash of states) {
    for (const part of closedParts(path)) rmSync(part);
    for (const name of readdirSync(before)) cpSync(join(before, name), join(directory, name));
    crash();
    expect(seqs()).toEqual(upTo(12));
    Journal.open(path).close();
    expect(readdirSync(directory).filter((name) => name.startsWith('journal-000001'))).toHaveLength(1);
    expect(seqs()).toEqual(upTo(12));
  }
});

it('says where a packed part is no longer what was packed', async () => {
  closed(4);
  await packParts(path);
  const [oldest] = closedParts(path);
  if (oldest === undefined) throw new Error('nothing was closed');
  const bytes = readFileSync(oldest);
  writeFileSync(oldest, bytes.subarray(0, bytes.length - 9));
  expect(seqs()[0]).toBe('damaged');
  expect(seqs().at(-1)).toBe(19);
});

it('counts of a part that was left after a failed sync only what was synced before; what followed is given again', async () => {
  writeFileSync(path, text(0, 5));
  closePart(path, { trustedBytes: text(0, 3).length });
  for (const partBytes of [500, 500]) {
    const journal = Journal.open(path, { partBytes });
    const from = journal.position?.nextSeq ?? 0;
    expect(seqs()).toEqual(upTo(from));
    for (let seq = from; seq < from + 10; seq += 1)
      journal.append([started(seq)], { generation: 0, nextSeq: seq + 1 });
    journal.close();
    await journal.packed();
  }
  expect(seqs()).toEqual(upTo(23));
  // For a person to look at: as it was.
  const [left] = closedParts(path);
  expect(left).toBe(join(directory, `journal-000001-${text(0, 3).length}.jsonl`));
  expect(readFileSync(left ?? '', 'utf8')).toBe(text(0, 5));
});

it('makes a new file, and no part, where what lies in its place takes nothing', () => {
  const journal = Journal.open(path);
  journal.close();
  rmSync(path);
  symlinkSync('/dev/full', path);
  expect(() => journal.append([started(0)], { generation: 0, nextSeq: 1 })).toThrow('EEXIST');
  expect(closedParts(path)).toEqual([]);
  journal.append([started(0)], { generation: 0, nextSeq: 1 });
  journal.close();
  expect(seqs()).toEqual([0]);
});
