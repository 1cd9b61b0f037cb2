import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import { wholePieces } from '@minhbach/shared/media';
import { errnoOf } from '@minhbach/shared/file-operations';
import type { Disagreement, DisagreementCode } from './disagreement.ts';
import type { SegmentRow } from './spool-reader.ts';

/** The file of a row: there, of its size and, unless `quick`, of its bytes and of what the row says is in them. */
export async function checkFile(row: SegmentRow, path: string, quick: boolean): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  const say = (code: DisagreementCode, expected: string, actual: string): void => {
    const span = { fromUtcMs: row.startUtcMs, toUtcMs: row.endUtcMs };
    found.push({ code, sourceId: row.sourceId, span, where: path, expected, found: actual });
  };
  let bytes: Buffer | undefined;
  try {
    const sizeBytes = quick ? (await stat(path)).size : undefined;
    bytes = quick ? undefined : await readFile(path);
    const actual = sizeBytes ?? bytes?.length ?? 0;
    if (actual !== row.bytes) say('file-size', `${row.bytes} bytes`, `${actual} bytes`);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EISDIR') say('file-missing', `${row.bytes} bytes`, 'a folder');
    else if (code === 'ENOENT') say('file-missing', `${row.bytes} bytes`, 'no file');
    else throw error;
  }
  if (bytes === undefined) return found;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === row.sha256 && structureOf(bytes) === statedStructure(row)) return found;
  if (sha256 !== row.sha256) say('file-altered', `SHA-256 ${row.sha256}`, `SHA-256 ${sha256}`);
  if (structureOf(bytes) !== statedStructure(row))
    say('file-structure', statedStructure(row), structureOf(bytes));
  return found;
}

function statedStructure(row: SegmentRow): string {
  const { initBytes, fragments, firstTfdt, timescale, codec, bytes, fragmentsRoot: root } = row;
  return describe({ initBytes, fragments, firstTfdt, timescale, codec, wholeBytes: bytes, root });
}

function structureOf(bytes: Buffer): string {
  const pieces = wholePieces(bytes);
  const [first] = pieces?.fragments ?? [];
  if (pieces === undefined || first === undefined) return 'no whole fragment';
  const leaves = pieces.fragments.map(({ start, end }) => bytes.subarray(start, end));
  return describe({
    initBytes: pieces.initBytes,
    fragments: leaves.length,
    firstTfdt: first.fragment.tfdt,
    timescale: pieces.init.timescale,
    codec: pieces.init.codec,
    wholeBytes: pieces.fragments.at(-1)?.end ?? 0,
    root: fragmentsRoot(bytes.subarray(0, pieces.initBytes), leaves),
  });
}

function describe(of: {
  readonly initBytes: number;
  readonly fragments: number;
  readonly firstTfdt: number;
  readonly timescale: number;
  readonly codec: string;
  readonly wholeBytes: number;
  readonly root: string;
}): string {
  return (
    `${of.fragments} fragments of ${of.codec} up to byte ${of.wholeBytes}, init segment of ${of.initBytes} bytes, ` +
    `first decode time ${of.firstTfdt}/${of.timescale}, fragmentsRoot ${of.root}`
  );
}
