import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { counterIdSchema, newId, utcMs } from '@minhbach/shared/units-of-measure';
import { ProblemError } from '../problem/index.ts';
import { rowsOfCsv } from './transaction-import.ts';

const counter = { id: newId(counterIdSchema), name: 'Quầy 1; "A"' };
const now = utcMs(1_800_000_000_000);
const started = '2026-11-27T08:00:00+07:00';

/** As it may come: in pieces that cut letters and lines. */
const pieces = (text: string) => {
  const bytes = Buffer.from(text);
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 7) cut.push(bytes.subarray(at, at + 7));
  return Readable.from(cut);
};
const read = async (text: string, counters = [counter]) =>
  rowsOfCsv(pieces(text), counters, now, new AbortController().signal);
const refusal = async (text: string | Readable): Promise<ProblemError> => {
  const bytes = typeof text === 'string' ? pieces(text) : text;
  const error: unknown = await rowsOfCsv(bytes, [counter], now, new AbortController().signal).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

test('BOM, semicolons, quotes, line breaks in cells and any order of fields are read', async () => {
  const rows = await read(
    `\uFEFFstartedAt;ticket;counterId;dossierCode\r\n${started};A001;"Quầy 1; ""A""";"dòng 1"\r\n\r\n1795000000000;A002;${counter.id};\r\n`,
  );
  expect(rows).toEqual([
    { counterId: counter.id, ticket: 'A001', dossierCode: 'dòng 1', startedAt: Date.parse(started) },
    { counterId: counter.id, ticket: 'A002', startedAt: 1_795_000_000_000 },
  ]);
});

test('every faulty line is named by its number and field', async () => {
  const { id } = counter;
  const error = await refusal(
    [
      'counterId,ticket,startedAt,endedAt',
      `${id},A001,${started},`,
      `${id},"A\n2",${started},`,
      `quầy lạ,A003,${started},`,
      `${id},,${started},`,
      `${id},A005,hôm qua,`,
      `${id},A006,${started},2026-11-27T07:00:00+07:00`,
      `${id},A007`,
    ].join('\n'),
  );
  expect(error.status).toBe(400);
  expect(error.errors?.map(({ pointer }) => pointer)).toEqual([
    '/lines/3/ticket',
    '/lines/5/counterId',
    '/lines/6/ticket',
    '/lines/7/startedAt',
    '/lines/8/endedAt',
    '/lines/9',
  ]);
  expect(error.message).toBe('line 3, ticket: has no control characters (and 5 more); nothing was imported.');
});

test.each([
  ['', 'line 1: a header line is needed'],
  ['counterId,ticket\n', 'line 1: the field startedAt is needed'],
  ['counterId,counterId,startedAt\n', 'line 1: a field is named twice'],
  ['=cmd|x,startedAt\n', 'line 1: there is no field "=cmd|x"'],
])('%j is refused', async (text, sentence) => {
  expect((await refusal(text)).message).toContain(sentence);
});

test('what is not CSV, not UTF-8 or too large is refused in one sentence', async () => {
  expect((await refusal(`counterId,startedAt\n"${counter.id},1\n`)).code).toBe('csv-unreadable');
  expect((await refusal(Readable.from([Buffer.from([0x63, 0xff, 0x0a])]))).message).toMatch(/not UTF-8/);
  const megabyte = Buffer.alloc(1024 * 1024, `${counter.id},A1,${started}\n`);
  const head = Buffer.from('counterId,ticket,startedAt\n');
  expect((await refusal(Readable.from([head, ...Array<Buffer>(6).fill(megabyte)]))).status).toBe(413);
});

test('one name of two counters is no name', async () => {
  const twin = { id: newId(counterIdSchema), name: counter.name };
  const csv = `counterId,ticket,startedAt\n"${counter.name.replaceAll('"', '""')}",A1,${started}\n`;
  await expect(read(csv, [counter, twin])).rejects.toThrow(/several counters/);
});
