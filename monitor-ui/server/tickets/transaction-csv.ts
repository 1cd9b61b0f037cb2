import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ProblemError } from '../problem/index.ts';

export interface CsvRecord {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const mostBytes = 5 * 1024 * 1024;
const mostHeaderCharacters = 8_192;
const mostRecordCharacters = 16_384;

/**
 * The records of a CSV file as it comes in, header first: UTF-8 with or without BOM, comma or semicolon (whichever the
 * header has more of), quoted cells with line breaks. Rejects with 413 beyond 5 MB, 400 for what is no such file.
 */
export async function* csvRecords(bytes: Readable, signal: AbortSignal): AsyncGenerator<CsvRecord> {
  const texts = decoded(bytes);
  let head = '';
  while (!head.includes('\n') && head.length < mostHeaderCharacters) {
    const next = await texts.next();
    if (next.done === true) break;
    head += next.value;
  }
  const header = head.slice(0, head.indexOf('\n') === -1 ? undefined : head.indexOf('\n'));
  const parser = parse({
    delimiter: countOf(header, ';') > countOf(header, ',') ? ';' : ',',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: mostRecordCharacters,
  });
  async function* whole(): AsyncGenerator<string> {
    if (head !== '') yield head;
    yield* texts;
  }
  // What goes wrong in one of them reaches the loop below through the parser.
  pipeline(Readable.from(whole(), { signal }), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const breaks = record.reduce((sum, cell) => sum + countOf(cell, '\n'), 0);
      yield { line: info.lines - breaks, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    throw new ProblemError(
      400,
      'csv-unreadable',
      `The CSV cannot be read at line ${line}: a cell's quotes do not close, or a record has more than ${mostRecordCharacters} characters.`,
      { params: { line }, cause: error },
    );
  }
}

async function* decoded(bytes: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new ProblemError(400, 'csv-unreadable', 'The CSV is not UTF-8; save it as UTF-8.', { cause });
    }
  };
  let taken = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    taken += chunk.length;
    if (taken > mostBytes) {
      throw new ProblemError(413, 'too-large', 'The CSV is larger than 5 MB; split it.', {
        params: { limitBytes: mostBytes },
      });
    }
    yield decode(chunk);
  }
  yield decode();
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
