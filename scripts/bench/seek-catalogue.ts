import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceIdSchema, utcMs, type SourceId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { Catalogue, catalogueSchema } from '@minhbach/monitor-ui/server/catalogue';
import { MonitorDatabase } from '@minhbach/monitor-ui/server/database';
import { mediaPlaylist } from '@minhbach/monitor-ui/server/playback';
import { Reconciler } from '@minhbach/monitor-ui/server/tickets';
import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { quantile, rounded } from './statistics.ts';

const dayMs = 86_400_000;
const segmentMs = 60_000;
const segmentsPerDay = dayMs / segmentMs;
export const firstDay = Date.UTC(2026, 7, 1);

/**
 * How long a day's playlist and timeline take out of a catalogue of `--counters` x 2 sources x `--days` (90 days of 40
 * counters are 10.4 million segments). The rows are written by SQL in the order recorders would; the questions go
 * through the catalogue's own statements, and so does a day of 500 services held against its footage. Each question is asked of a day nobody asked about before.
 */
export async function seekCatalogue(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { counters: 40, days: 90, questions: 60 });
  const directory = await mkdtemp(join(tmpdir(), 'seek-catalogue-'));
  try {
    const file = join(directory, 'catalogue.db');
    const database = await MonitorDatabase.open(file, catalogueSchema);
    const sources = Array.from({ length: options.counters * 2 }, (_, index) => sourceIdOf(index));
    const filledMs = timed(() => fillCatalogue(database, sources, options.days)).ms;
    const catalogue = new Catalogue(database);
    const playlists: Cost[] = [];
    const again: Cost[] = [];
    const bareRows: Cost[] = [];
    const timelines: Cost[] = [];
    const reconciled: Cost[] = [];
    forgetFilePages(file);
    let segments = 0;
    for (let question = 0; question < options.questions; question += 1) {
      const counter = (question * 7) % options.counters;
      const from = utcMs(firstDay + ((question * 13) % (options.days - 1)) * dayMs + 4 * 3_600_000 + 1);
      const to = utcMs(from + dayMs);
      const pair = sources.slice(counter * 2, counter * 2 + 2);
      const made = pair.map((source) => timed(() => playlistOf(catalogue, source, from, to)));
      playlists.push(...made);
      again.push(timed(() => pair.map((source) => playlistOf(catalogue, source, from, to))));
      bareRows.push(timed(() => pair.map((source) => rowsOf(database, source, from, to))));
      segments += made.reduce((sum, { result }) => sum + result.split('#EXTINF').length - 1, 0);
      timelines.push(timed(() => pair.map((source) => timelineOf(catalogue, source, from, to))));
      const other = ((counter + Math.floor(options.counters / 2)) % options.counters) * 2;
      const served = sources.slice(other, other + 2);
      reconciled.push(timed(() => reconciledDay(catalogue, served, from, to)));
    }
    const stored = database.sqlite.prepare('SELECT count(*) AS n FROM segment').get() as { n: number };
    database.close();
    return {
      name: 'seek-catalogue',
      ratio: rounded(summary(again).p50 / summary(bareRows).p50, 1),
      figures: {
        segments: stored.n,
        databaseMegabytes: Math.round((await stat(file)).size / 1e6),
        filledSeconds: rounded(filledMs / 1000, 0),
        segmentsPerQuestion: segments / options.questions,
        dayPlaylistMs: summary(playlists),
        bothAskedAgainMs: summary(again),
        floor: 'the rows of both by bare SQL, of a day just asked about',
        floorMs: summary(bareRows),
        dayTimelinesOfCounterMs: summary(timelines),
        reconciliationOf500Ms: summary(reconciled),
      },
      machine: describeMachine(),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function playlistOf(catalogue: Catalogue, source: SourceId, from: UtcMs, to: UtcMs): string {
  return mediaPlaylist(catalogue.footageIn(source, from, to));
}

function rowsOf({ sqlite }: MonitorDatabase, source: SourceId, from: UtcMs, to: UtcMs): unknown[] {
  return sqlite
    .prepare('SELECT * FROM segment WHERE source_id = ? AND start_ms > ? AND start_ms < ? ORDER BY start_ms')
    .raw()
    .all(source, from - segmentMs, to);
}

/** Lets the system drop what it has in memory of the file: what is asked then comes from the disk. */
function forgetFilePages(file: string): void {
  execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
}

function timelineOf(catalogue: Catalogue, source: SourceId, from: UtcMs, to: UtcMs) {
  const known = {
    state: 'recording',
    since: utcMs(0),
    recorderOnline: true,
    recorderCaughtUp: true,
  } as const;
  return catalogue.timeline(source, { ...known, registeredAt: utcMs(0) }, from, to, utcMs(to + dayMs));
}

/** Holds 500 services of a day against its timelines, as `GET /reconciliation` does; throws unless each is whole. */
function reconciledDay(catalogue: Catalogue, pair: readonly SourceId[], from: UtcMs, to: UtcMs): void {
  const reconciler = new Reconciler(
    pair.map((source, index) => ({
      kind: index === 0 ? ('camera' as const) : ('microphone' as const),
      spans: timelineOf(catalogue, source, from, to),
    })),
  );
  for (let service = 0; service < 500; service += 1) {
    const startedAt = utcMs(from + service * 170_000);
    const { state } = reconciler.judge({ startedAt, endedAt: utcMs(startedAt + 160_000) }, utcMs(to + dayMs));
    if (state !== 'whole') throw new Error(`a service of a whole day is ${state}`);
  }
}

/** Of a picture with a keyframe every 2 s: the places to begin that a recorder's statement comes to. */
const cuts = JSON.stringify(
  Array.from({ length: 15 }, (_, cut) => [cut * 4000, 900 + cut * 1_000_003]).flat(),
);

/** One source a time, an index built at the end: what months of recording leave behind, in minutes. */
export function fillCatalogue({ sqlite }: MonitorDatabase, sources: readonly SourceId[], days: number): void {
  sqlite.pragma('synchronous = 0');
  sqlite.exec('DROP INDEX segment_by_id');
  const insert = sqlite.prepare(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
    INSERT INTO segment (source_id, start_ms, segment_id, end_ms, capture_id, first_tfdt, timescale, bytes, init_bytes, mime, proven, cuts)
    SELECT ?, ? + i * ${segmentMs}, printf('%08x-%04x-7000-8000-%012x', i >> 8, i & 65535, ?), ? + (i + 1) * ${segmentMs},
      printf('00000000-0000-7000-8000-%012x', i / 720), i * 5400000, 90000, 15000000, 900, ?, 1, ?
    FROM n`);
  for (const [index, source] of sources.entries()) {
    const kind =
      index % 2 === 0 ? (['video/mp4; codecs="avc1.4d0028"', cuts] as const) : (['audio/mp4', null] as const);
    insert.run(days * segmentsPerDay, source, firstDay, index * 1_000_003, firstDay, ...kind);
  }
  sqlite.exec('CREATE UNIQUE INDEX segment_by_id ON segment (segment_id)');
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
}

export function sourceIdOf(index: number): SourceId {
  return sourceIdSchema.parse(`01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`);
}

function timed<Result>(work: () => Result): { ms: number; cpuMs: number; result: Result } {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000, result };
}

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** `cpu`: what it costs when nothing else wants the processor. */
function summary(costs: readonly Cost[]) {
  const elapsed = costs.map(({ ms }) => ms);
  return {
    p50: rounded(quantile(elapsed, 0.5), 1),
    p95: rounded(quantile(elapsed, 0.95), 1),
    max: rounded(quantile(elapsed, 1), 1),
    cpuP50: rounded(
      quantile(
        costs.map(({ cpuMs }) => cpuMs),
        0.5,
      ),
      1,
    ),
    cpuP95: rounded(
      quantile(
        costs.map(({ cpuMs }) => cpuMs),
        0.95,
      ),
      1,
    ),
  };
}
