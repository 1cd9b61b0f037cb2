import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import {
  captureIdSchema,
  gapIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { openSpool, type KeptTable, type NewSegment, type Spool } from './index.ts';

const recorderId = newId(recorderIdSchema);
const sourceId = newId(sourceIdSchema);
const sha256 = sha256HexSchema.parse('ab'.repeat(32));
const migrations = [{ name: 'thing-1', sql: 'CREATE TABLE thing (id TEXT PRIMARY KEY, secret TEXT) STRICT' }];
const thing: KeptTable = {
  rows: (database) => database.prepare<[], { id: string; secret: string }>('SELECT * FROM thing').all(),
  restore: (database, row) =>
    void database.prepare('INSERT OR REPLACE INTO thing VALUES (@id, @secret)').run(row),
};
let home: string;
let directory: string;
let spool: Spool;

async function openIt(): Promise<Spool> {
  spool = await openSpool({
    ...{ directory, clock: systemClock, recorderId, migrations, kept: { thing }, version: '1.0.0' },
    bindingPath: join(home, 'spool-binding.json'),
  });
  return spool;
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mb-loss-'));
  directory = join(home, 'spool');
  await openIt();
});
afterEach(async () => {
  if (spool.database.open) spool.close();
  await rm(home, { recursive: true });
});

function segment(minute: number): NewSegment {
  const segmentId = newId(segmentIdSchema);
  return {
    segmentId,
    sourceId,
    captureId: newId(captureIdSchema),
    startUtcMs: utcMs(1_700_000_000_000 + minute * 60_000),
    endUtcMs: utcMs(1_700_000_060_000 + minute * 60_000),
    firstTfdt: 0,
    timescale: 90_000,
    bytes: 7,
    initBytes: 3,
    fragments: 1,
    sha256,
    fragmentsRoot: sha256,
    codec: 'avc1.4d0028',
    mime: 'video/mp4; codecs="avc1.4d0028"',
    keyframes: [0],
    clockErrorMs: 100,
    recovered: false,
    fileName: `${segmentId}.mp4`,
  };
}

async function sealed(minute: number) {
  const made = segment(minute);
  await writeFile(join(spool.folders.sealed, made.fileName), 'footage');
  return spool.sealSegment(made);
}

/** Everything a rebuild has to bring back. */
function content(of: Spool) {
  const table = (name: string) => of.database.prepare(`SELECT * FROM ${name}`).all();
  return {
    entries: table('entry'),
    generations: table('generation'),
    open: table('open_segment'),
    watermarks: table('source_watermark'),
    things: table('thing'),
    totals: of.totals(),
    segments: of.segmentsAfter('', 100).map(({ segmentId, uploadState, versionId, sha256: hash }) => ({
      ...{ segmentId, versionId, hash },
      proven: uploadState === 'proven',
    })),
  };
}

/** Proven, unproven, dropped, open, a gap, and a row of another room that changed. */
async function fill(): Promise<ReturnType<typeof content>> {
  const [kept, proven, dropped] = [await sealed(0), await sealed(1), await sealed(2)];
  for (const { segmentId } of [proven, dropped]) {
    spool.markUploading(segmentId);
    spool.markProven(segmentId, { versionId: 'v1' });
  }
  await spool.drop(dropped.segmentId, 'quota');
  spool.recordGap({
    ...{ gapId: newId(gapIdSchema), sourceId, cause: 'camera-stalled', evidence: 'silent' },
    ...{ fromUtcMs: utcMs(1_700_000_180_000), toUtcMs: utcMs(1_700_000_190_000) },
  });
  for (const secret of ['first', 'second']) {
    spool.transaction(() => {
      spool.database.prepare('INSERT OR REPLACE INTO thing VALUES (?, ?)').run('a', secret);
      spool.keep('thing', { id: 'a', secret });
    });
  }
  const row = { ...segment(4), clockErrorMs: 9 };
  await writeFile(join(spool.folders.open, row.fileName), 'torn');
  const { segmentId, captureId, fileName, startUtcMs, firstTfdt, timescale, clockErrorMs } = row;
  spool.saveOpenSegment({
    ...{ segmentId, sourceId, captureId, fileName, startUtcMs, firstTfdt, timescale, clockErrorMs },
  });
  expect(spool.segmentsAfter('', 9).map((one) => one.segmentId)).toContain(kept.segmentId);
  const all = content(spool);
  spool.close();
  return all;
}

const indexFiles = () => readdirSync(directory).filter((name) => name.startsWith('spool.db'));

async function overwrite(name: string, offset: number, bytes: number): Promise<void> {
  const file = await open(join(directory, name), 'r+');
  await file.write(Buffer.alloc(bytes, 0x5a), 0, bytes, offset);
  await file.close();
}

describe('an index that is lost', () => {
  const losses: [string, () => Promise<void> | void][] = [
    ['deleted', () => indexFiles().forEach((name) => rmSync(join(directory, name)))],
    ['overwritten at its head', () => overwrite('spool.db', 0, 8_192)],
    ['overwritten in its middle', () => overwrite('spool.db', 8_192, 40_000)],
    ['cut short', () => truncateSync(join(directory, 'spool.db'), 20_000)],
    ['emptied', () => writeFileSync(join(directory, 'spool.db'), '')],
  ];
  it.each(losses)('comes back whole from the journal when it is %s', async (_name, lose) => {
    const before = await fill();
    await lose();
    await openIt();
    expect(content(spool)).toEqual(before);
    expect(spool.notices.map(({ finding }) => finding)).toEqual(['index-rebuilt']);
    expect(spool.segmentsToUpload(9).map(({ uploadState }) => uploadState)).toEqual(['uploading']);
    // The next start has nothing to mend.
    spool.close();
    await openIt();
    expect(spool.notices).toEqual([]);
  });

  it('comes back in full when only an old copy of it was put in its place', async () => {
    spool.close();
    cpSync(join(directory, 'spool.db'), join(home, 'old.db'));
    await openIt();
    const before = await fill();
    indexFiles().forEach((name) => rmSync(join(directory, name)));
    cpSync(join(home, 'old.db'), join(directory, 'spool.db'));
    await openIt();
    expect(content(spool)).toEqual(before);
    expect(spool.generations()).toHaveLength(1);
  });

  it('is made again at the next start when a running recorder finds it damaged', async () => {
    await fill();
    await openIt();
    const faults: string[] = [];
    spool.onFault(({ code }) => void faults.push(code));
    spool.noteDamage("page 7 is nobody's");
    expect(faults).toEqual(['index-damaged']);
    expect(existsSync(join(directory, 'index-damaged'))).toBe(true);
    spool.close();
    await openIt();
    expect(existsSync(join(directory, 'index-damaged'))).toBe(false);
  });
});

it('comes back from a journal in several parts, one of them packed', async () => {
  const before = await fill();
  const lines = readFileSync(join(directory, 'journal.jsonl'), 'utf8').split(/(?<=\n)/);
  const part = (from: number, to: number) => lines.slice(from, to).join('');
  writeFileSync(join(directory, 'journal-000001.jsonl.gz'), gzipSync(part(0, 3)));
  writeFileSync(join(directory, 'journal-000002.jsonl'), part(3, 6));
  writeFileSync(join(directory, 'journal.jsonl'), part(6, lines.length));
  for (const name of indexFiles()) rmSync(join(directory, name));
  await openIt();
  expect(content(spool)).toEqual(before);
});

describe('a journal that is lost', () => {
  const losses: [string, () => void][] = [
    ['deleted', () => rmSync(join(directory, 'journal.jsonl'))],
    ['cut short', () => truncateSync(join(directory, 'journal.jsonl'), 700)],
  ];
  it.each(losses)('is written again from the index when it is %s', async (_name, lose) => {
    const before = await fill();
    lose();
    await openIt();
    spool.close();
    indexFiles().forEach((name) => rmSync(join(directory, name)));
    await openIt();
    expect(content(spool)).toEqual(before);
  });

  it('ends the generation where it is damaged, when the index is gone too; what follows is said again', async () => {
    const before = await fill();
    indexFiles().forEach((name) => rmSync(join(directory, name)));
    const text = readFileSync(join(directory, 'journal.jsonl'), 'utf8');
    const at = text.indexOf('segment-proven');
    await overwrite('journal.jsonl', at, 3);
    await openIt();
    expect(spool.notices.map(({ finding }) => finding)).toEqual(['index-rebuilt', 'ledger-damaged']);
    expect(spool.generations().map(({ generation }) => generation)).toEqual([0, 1]);
    const [first, ...again] = spool.readEntries(0, 100);
    expect(first).toMatchObject({
      kind: 'recorder-started',
      previous: { generation: 0, size: 3, why: 'ledger-damaged', lastLeaf: spool.leafHash(0, 2) },
    });
    expect(again.map(({ kind }) => kind)).toEqual(['segment-proven', 'segment-dropped', 'gap']);
    // Only the one proof is lost: that segment is looked for in the archive again.
    const { segments, things, open: rows, watermarks } = content(spool);
    expect(segments.map(({ segmentId }) => segmentId)).toEqual(
      before.segments.map(({ segmentId }) => segmentId),
    );
    expect({ things, rows, watermarks }).toEqual({
      ...{ things: before.things, rows: before.open, watermarks: before.watermarks },
    });
    spool.close();
    await openIt();
    expect(spool.notices).toEqual([]);
  });

  it('begins a new generation that says so when nothing of the ledger is left', async () => {
    await fill();
    await openIt();
    spool.close({ clean: true });
    for (const name of [...indexFiles(), 'journal.jsonl']) rmSync(join(directory, name));
    await openIt();
    expect(spool.readEntries(0, 9)).toMatchObject([
      {
        kind: 'recorder-started',
        version: '1.0.0',
        previous: { generation: 0, size: 7, why: 'ledger-lost' },
      },
    ]);
    expect(spool.generations().at(-1)?.generation).toBe(1);
  });

  it('is made good with the next change after it could not be written', async () => {
    const faults: string[] = [];
    spool.onFault(({ code }) => void faults.push(code));
    spool.appendEntry({ kind: 'recorder-started', version: '1', boot: 'b' });
    const path = join(directory, 'journal.jsonl');
    // A folder in its place: what the open handle wrote is gone, as after a failed sync.
    spool.close();
    rmSync(path);
    await mkdir(path);
    await expect(openIt()).rejects.toThrow();
    await rm(path, { recursive: true });
    await openIt();
    spool.appendEntry({ kind: 'recorder-stopped', reason: 'test' });
    spool.close();
    indexFiles().forEach((name) => rmSync(join(directory, name)));
    await openIt();
    expect(spool.readEntries(0, 9).map(({ kind }) => kind)).toEqual(['recorder-started', 'recorder-stopped']);
    expect(faults).toEqual([]);
  });
});

describe('the disk of a spool', () => {
  it('is refused when it is empty where a spool was bound', async () => {
    spool.close();
    await rm(directory, { recursive: true });
    await expect(openIt()).rejects.toMatchObject({
      code: 'spool-missing',
      message: expect.stringMatching(/mount its disk/),
    });
    await mkdir(join(directory, 'lost+found'), { recursive: true });
    await expect(openIt()).rejects.toMatchObject({ code: 'spool-missing' });
    expect(readdirSync(directory)).toEqual(['lost+found']);
  });

  it('is refused when it is of another spool or another recorder', async () => {
    spool.close();
    const other = join(home, 'other');
    (await openSpool({ directory: other, clock: systemClock, recorderId })).close();
    await rm(directory, { recursive: true });
    cpSync(other, directory, { recursive: true });
    await expect(openIt()).rejects.toMatchObject({ code: 'foreign-spool' });
    const stranger = newId(recorderIdSchema);
    await expect(openSpool({ directory, clock: systemClock, recorderId: stranger })).rejects.toMatchObject({
      code: 'wrong-recorder',
    });
  });

  it("goes on in a new generation when it is yesterday's", async () => {
    spool.appendEntry({ kind: 'recorder-started', version: '1', boot: 'b' });
    spool.close();
    const yesterday = join(home, 'yesterday');
    cpSync(directory, yesterday, { recursive: true });
    await openIt();
    await sealed(0);
    spool.close();
    await rm(directory, { recursive: true });
    cpSync(yesterday, directory, { recursive: true });
    await openIt();
    expect(spool.notices).toMatchObject([{ finding: 'disk-restored' }]);
    expect(spool.readEntries(0, 9)).toMatchObject([
      { kind: 'recorder-started', previous: { generation: 0, size: 1, why: 'disk-restored' } },
    ]);
    spool.close();
    await openIt();
    expect(spool.notices).toEqual([]);
    expect(spool.generations()).toEqual([
      { generation: 0, size: 1 },
      { generation: 1, size: 1 },
    ]);
  });

  it('is told apart from a crash between its mark and the binding', async () => {
    spool.close();
    const path = join(home, 'spool-binding.json');
    const before = readFileSync(path, 'utf8');
    await openIt();
    spool.close();
    writeFileSync(path, before);
    await openIt();
    expect(spool.notices).toEqual([]);
  });
});

describe('a new generation', () => {
  it('says again what no monitor is known to have', async () => {
    await sealed(0);
    const second = await sealed(1);
    spool.noteStored('wss://one', 0, 1);
    spool.beginGeneration({ generation: 0, size: 1, why: 'monitor-differs' });
    expect(spool.readEntries(0, 9)).toMatchObject([
      { seq: 0, kind: 'recorder-started', version: '1.0.0', previous: { why: 'monitor-differs' } },
      { seq: 1, kind: 'segment-sealed', segmentId: second.segmentId },
    ]);
    expect(spool.readEntries(0, 9, 0)).toHaveLength(2);
    spool.beginGeneration({ generation: 4, size: 9, why: 'monitor-ahead' });
    expect(spool.generations().map(({ generation }) => generation)).toEqual([0, 1, 5]);
  });
});
