import type { Readable } from 'node:stream';
import { transactionInputSchema, type TransactionInput } from '@minhbach/shared/protocol';
import type { CounterId, UtcMs } from '@minhbach/shared/units-of-measure';
import { ProblemError, type InputFault } from '../problem/index.ts';
import { csvRecords } from './transaction-csv.ts';
import { faultOfTimes } from './transaction-times.ts';

export interface NamedCounter {
  readonly id: CounterId;
  readonly name: string;
}

const fields = ['counterId', 'ticket', 'dossierCode', 'officialCode', 'startedAt', 'endedAt'] as const;
type Field = (typeof fields)[number];
const mostFaultsTold = 50;
const mostFaults = 10_000;

/**
 * The rows of a CSV file whose header names the fields of a transaction, in any order; a counter by its id or exact name.
 * All of them are right on return: rejects with 400 `csv-faults`, which names the first 50 faulty places by line and field.
 */
export async function rowsOfCsv(
  bytes: Readable,
  counters: readonly NamedCounter[],
  now: UtcMs,
  signal: AbortSignal,
): Promise<TransactionInput[]> {
  const rows: TransactionInput[] = [];
  const faults: InputFault[] = [];
  let header: readonly Field[] | undefined;
  for await (const { line, cells } of csvRecords(bytes, signal)) {
    if (header === undefined) {
      const wrong = faultOfHeader(cells);
      if (wrong !== undefined) throw faultsProblem([{ pointer: `/lines/${line}`, message: wrong }]);
      header = cells as readonly Field[];
      continue;
    }
    const row = rowOf(header, cells, counters, now);
    if ('faults' in row) faults.push(...row.faults.map((fault) => at(line, fault)));
    else rows.push(row.input);
    if (faults.length >= mostFaults) break;
  }
  if (header === undefined)
    throw faultsProblem([{ pointer: '/lines/1', message: 'a header line is needed' }]);
  if (faults.length > 0) throw faultsProblem(faults);
  return rows;
}

function faultOfHeader(cells: readonly string[]): string | undefined {
  const known: readonly string[] = fields;
  const strange = cells.find((cell) => !known.includes(cell));
  if (strange !== undefined) {
    return `there is no field ${JSON.stringify(strange.slice(0, 50))}; the header has ${fields.join(', ')}`;
  }
  if (new Set(cells).size < cells.length) return 'a field is named twice';
  const missing = (['counterId', 'startedAt'] as const).find((field) => !cells.includes(field));
  return missing && `the field ${missing} is needed`;
}

function rowOf(
  header: readonly Field[],
  cells: readonly string[],
  counters: readonly NamedCounter[],
  now: UtcMs,
): { readonly input: TransactionInput } | { readonly faults: readonly InputFault[] } {
  if (cells.length !== header.length) {
    const message = `the line has ${cells.length} cells, the header ${header.length}`;
    return { faults: [{ pointer: '', message }] };
  }
  const filled = header.flatMap((field, index) => {
    const cell = cells[index] ?? '';
    return cell === '' ? [] : [[field, cell] as const];
  });
  const values: Partial<Record<Field, string>> = Object.fromEntries(filled);
  const named = counters.filter(({ id, name }) => id === values.counterId || name === values.counterId);
  const [counter] = named;
  if (counter === undefined || named.length > 1) {
    const message =
      counter === undefined
        ? 'is the id or the exact name of a counter of this site'
        : 'is the name of several counters; use the id';
    return { faults: [{ pointer: '/counterId', message }] };
  }
  const parsed = transactionInputSchema.safeParse({ ...values, counterId: counter.id });
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message })),
    };
  }
  const fault = faultOfTimes(parsed.data, now);
  return fault === undefined ? { input: parsed.data } : { faults: [fault] };
}

function at(line: number, fault: InputFault): InputFault {
  return { ...fault, pointer: `/lines/${line}${fault.pointer}` };
}

function faultsProblem(faults: readonly InputFault[]): ProblemError {
  const [first] = faults;
  const [, , line = '1', field] = first?.pointer.split('/') ?? [];
  const where = field === undefined ? `line ${line}` : `line ${line}, ${field}`;
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return new ProblemError(
    400,
    'csv-faults',
    `${where}: ${first?.message ?? ''}${others}; nothing was imported.`,
    { params: { faults: faults.length }, errors: faults.slice(0, mostFaultsTold) },
  );
}
