import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EntryBundler, rebuildCatalogue } from '../../monitor-ui/server/catalogue/index.ts';
import { checkMonitor, type MonitorDisagreement } from '../../monitor-ui/server/fsck/index.ts';
import { Shield } from '../../monitor-ui/server/shield/index.ts';
import { catalogueRows, catalogueState, fillArchive, loseCatalogue } from '../support/filled-archive.ts';
import { RetentionBench } from '../support/retention-bench.ts';

const never = new AbortController().signal;
const unexpected = (error: unknown) => {
  throw error;
};

describe('the catalogue made anew from a directory', () => {
  let bench: RetentionBench;
  beforeEach(async () => {
    bench = await RetentionBench.start();
  });
  afterEach(() => bench.close());
  const rebuild = (onProgress = () => undefined as void) =>
    rebuildCatalogue({ database: bench.database, store: bench.store, signal: never, onProgress });
  const bundle = () => new EntryBundler(bench.database, bench.store, unexpected).run(never);

  it('tells exactly what it told before, rows and timelines, when nothing but the archive is left', async () => {
    await fillArchive(bench);
    await bundle();
    const before = catalogueState(bench);
    loseCatalogue(bench);
    expect(catalogueState(bench)).not.toEqual(before);
    expect(await rebuild()).toMatchObject({ segments: 301, gaps: 2, resumed: false, findings: [] });
    expect(catalogueState(bench)).toEqual(before);
    expect(await fsck(bench)).toEqual([]);
  }, 60_000);

  it('goes on after any end, with the same outcome', async () => {
    await fillArchive(bench, 30);
    await bundle();
    const orphan = await bench.film(bench.camera, bench.nowMs - 3_600_000, { told: 'nothing' });
    loseCatalogue(bench);
    const whole = await rebuild();
    const state = catalogueState(bench);
    for (let end = 1; ; end += 1) {
      loseCatalogue(bench);
      let steps = 0;
      let died = false;
      // Every step of every phase is once the last one that was done.
      const die = () => {
        steps += 1;
        if (steps === end) throw new Error('killed');
      };
      await rebuild(die).catch(() => (died = true));
      if (died) expect(await rebuild()).toEqual({ ...whole, resumed: true });
      expect(catalogueState(bench)).toEqual(state);
      if (!died) break;
    }
    expect(whole.findings).toMatchObject([{ code: 'object-without-entry', place: orphan.key }]);
  }, 60_000);

  it('catalogues a segment whose entry is lost from its object alone, and names it', async () => {
    const known = await bench.film(bench.camera, bench.nowMs - 7_200_000);
    await bundle();
    const orphan = await bench.film(bench.camera, bench.nowMs - 3_600_000, { told: 'nothing' });
    loseCatalogue(bench);
    const { findings } = await rebuild();
    expect(findings).toMatchObject([{ code: 'object-without-entry', place: orphan.key }]);
    expect(bench.rooms().catalogue.place(orphan.segmentId)).toMatchObject({
      state: 'sealed',
      inArchive: true,
      sha256: orphan.sha256,
      piece: {
        startUtcMs: orphan.startUtcMs,
        endUtcMs: orphan.endUtcMs,
        initBytes: orphan.initBytes,
        mime: orphan.mime,
      },
    });
    expect(bench.timeline(bench.camera, orphan.startUtcMs, orphan.endUtcMs)).toMatchObject([
      { kind: 'footage' },
    ]);
    expect(bench.rooms().catalogue.place(known.segmentId)).toMatchObject({ state: 'sealed' });
  });

  it('does not bring back what expired, and names what is gone without having expired', async () => {
    const start = bench.nowMs - 100 * 86_400_000;
    const old = await bench.film(bench.camera, start);
    const stolen = await bench.film(bench.camera, bench.nowMs - 7_200_000);
    bench.state({
      kind: 'segment-dropped',
      seq: 0,
      at: stolen.at,
      segmentId: stolen.segmentId,
      from: 'spool',
      reason: 'quota',
    });
    await bench.rooms().expiry.run(never);
    await bundle();
    await bench.archive.remove(stolen.key, { signal: never });
    loseCatalogue(bench);
    expect((await rebuild()).findings).toMatchObject([{ code: 'object-missing', place: stolen.key }]);
    expect(bench.timeline(bench.camera, old.startUtcMs, old.endUtcMs)).toMatchObject([{ cause: 'expired' }]);
    expect(bench.timeline(bench.camera, stolen.startUtcMs, stolen.endUtcMs)).toMatchObject([
      { kind: 'gap', cause: 'unknown' },
    ]);
  });

  it('names a bundle that was altered, and takes nothing of it', async () => {
    const segment = await bench.film(bench.camera, bench.nowMs - 7_200_000);
    await bundle();
    const { object_key: key } = bench.database.sqlite
      .prepare<[], { object_key: string }>('SELECT object_key FROM entry_bundle')
      .get() ?? { object_key: '' };
    loseCatalogue(bench);
    const path = join(bench.directory, 'archive', key);
    await bench.archive.remove(key, { signal: never });
    await writeFile(path, 'not what it was\n'.repeat(2));
    const { findings } = await rebuild();
    expect(findings.map(({ code }) => code).sort()).toEqual(['bundle-unreadable', 'object-without-entry']);
    expect(bench.rooms().catalogue.place(segment.segmentId)).toBeDefined();
  });

  it('is made by a command, which leaves a running monitor alone and goes on after kill -9', async () => {
    await fillArchive(bench, 120);
    await bundle();
    const before = catalogueRows(bench.database.sqlite);
    loseCatalogue(bench);
    const config = join(bench.directory, 'monitor.yaml');
    const archive = { type: 'directory', path: join(bench.directory, 'archive') };
    await writeFile(config, JSON.stringify({ listen: { port: 0 }, dataDirectory: bench.directory, archive }));
    const shieldKey = Buffer.alloc(32).toString('base64url');
    await writeFile(join(bench.directory, 'shield.key'), shieldKey, { mode: 0o600 });
    expect(await command('rebuild-catalogue')).toMatchObject({
      code: 2,
      said: expect.stringMatching(/--config FILE/),
    });
    expect(await command('rebuild-catalogue', '--config', config)).toMatchObject({
      code: 2,
      said: expect.stringMatching(/monitor is running on this database/),
    });
    expect(await command('fsck', '--config', config)).toMatchObject({ code: 1 });
    bench.database.close();
    for (let killAfterMs = 300; killAfterMs <= 1_800; killAfterMs += 300) {
      await killed(killAfterMs, 'rebuild-catalogue', '--config', config);
    }
    expect(await command('rebuild-catalogue', '--config', config)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/121 segments, 2 gaps, all agrees/),
    });
    expect(await command('fsck', '--config', config, '--archive')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^monitor: .*121 segments.*120 objects fetched.*all agrees/m),
    });
    const sqlite = new Database(join(bench.directory, 'monitor.db'), { readonly: true });
    expect(catalogueRows(sqlite)).toEqual(before);
    sqlite.close();
  }, 300_000);
});

describe('fsck of a monitor', () => {
  let bench: RetentionBench;
  beforeEach(async () => {
    bench = await RetentionBench.start();
    await fillArchive(bench, 5);
    await new EntryBundler(bench.database, bench.store, unexpected).run(never);
  });
  afterEach(() => bench.close());

  const first = 'SELECT segment_id FROM segment WHERE proven = 1 ORDER BY start_ms LIMIT 1';
  const keyOfFirst = () =>
    bench.database.sqlite
      .prepare<[], string>(`SELECT object_key FROM segment_fact WHERE segment_id = (${first})`)
      .pluck()
      .get() ?? '';

  it.each([
    ['row-missing', `DELETE FROM segment WHERE segment_id = (${first})`],
    ['row-differs', `UPDATE segment SET end_ms = end_ms + 1 WHERE segment_id = (${first})`],
    ['row-differs', `UPDATE segment_fact SET sha256 = '${'0'.repeat(64)}' WHERE segment_id = (${first})`],
    ['row-differs', `UPDATE segment SET proven = 0 WHERE segment_id = (${first})`],
    ['row-differs', "UPDATE gap SET cause = 'disabled'"],
    ['entry-altered', "UPDATE recorder_entry SET body = ' ' || body WHERE seq = 2"],
    ['bundle-altered', "UPDATE recorder_entry SET body = replace(body, 'camera-stalled', 'disk-full')"],
    ['entry-missing', 'DELETE FROM recorder_entry WHERE seq = 3'],
    ['row-without-entry', "DELETE FROM recorder_entry WHERE kind = 'segment-sealed' AND seq = 1"],
    ['bundle-missing', "UPDATE entry_bundle SET object_key = object_key || '0'"],
    ['audit-altered', "DROP TRIGGER audit_sealed_is_final; UPDATE audit_sealed SET sealed = 's1.AAAA'"],
    ['hold-differs', 'DROP TRIGGER hold_is_final; UPDATE hold SET to_ms = to_ms - 1'],
  ])('names %s after: %s', async (code, statements) => {
    const { rooms, investigator, counterId, nowMs } = { ...bench, rooms: () => bench.rooms() };
    const span = { from: bench.clock.wallNow(), to: bench.clock.wallNow() };
    rooms().holds.place(investigator, {
      counterId,
      ...span,
      to: (nowMs + 5_000) as typeof span.to,
      reason: 'khiếu nại',
    });
    expect(await fsck(bench)).toEqual([]);
    bench.database.sqlite.exec(statements);
    expect((await fsck(bench)).map((found) => found.code)).toContain(code);
  });

  it('names objects that are missing, altered or unknown to the catalogue', async () => {
    const key = keyOfFirst();
    await bench.archive.remove(key, { signal: never });
    expect(await fsck(bench)).toMatchObject([{ code: 'object-missing', where: key }]);
    const size =
      bench.database.sqlite
        .prepare<[], number>(`SELECT bytes FROM segment WHERE segment_id = (${first})`)
        .pluck()
        .get() ?? 0;
    await writeFile(join(bench.directory, 'archive', key), Buffer.alloc(size));
    expect(await fsck(bench)).toEqual([]);
    expect(await fsck(bench, true)).toMatchObject([{ code: 'object-altered', where: key }]);
    const stray = await bench.film(bench.camera, bench.nowMs - 3_600_000, { told: 'nothing' });
    expect((await fsck(bench)).map(({ code, where }) => [code, where])).toEqual([
      ['object-without-row', stray.key],
    ]);
  }, 30_000);
});

async function fsck(bench: RetentionBench, inFull = false): Promise<MonitorDisagreement[]> {
  const found: MonitorDisagreement[] = [];
  await checkMonitor({
    dataDirectory: bench.directory,
    shield: Shield.ofKey(Buffer.alloc(32)),
    store: bench.archive,
    inFull,
    signal: never,
    onDisagreement: (one) => void found.push(one),
    onProgress: () => undefined,
  });
  return found;
}

function command(name: string, ...given: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [`dist/scripts/${name}.js`, ...given], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: `${stdout}${stderr}` }),
    );
  });
}

/** Begun and killed after so long, unless it ended before. */
async function killed(afterMs: number, name: string, ...given: string[]): Promise<void> {
  const child = spawn(process.execPath, [`dist/scripts/${name}.js`, ...given], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await once(child, 'exit');
  clearTimeout(timer);
}
