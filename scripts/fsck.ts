import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkMonitor,
  type MonitorDisagreement,
  type MonitorSummary,
} from '@minhbach/monitor-ui/server/fsck';
import { DatabaseError } from '@minhbach/monitor-ui/server/database';
import { PrivateFileError } from '@minhbach/monitor-ui/server/private-files';
import { readSettings as readMonitorSettings } from '@minhbach/monitor-ui/server/settings';
import { Shield } from '@minhbach/monitor-ui/server/shield';
import { ObjectStoreError, openObjectStore } from '@minhbach/shared/object-store';
import { checkSpool, type Disagreement, type SpoolSummary } from '@minhbach/recorder/fsck';
import { readSettings, SettingsError, type RecorderSettings } from '@minhbach/recorder/settings';
import { parse } from 'yaml';

const usage = `usage: npm run fsck -- --config FILE [--quick] [--archive] [--json]
Holds all that a recorder's spool says against itself and its files, or all that a monitor's database says against itself
and the archive, trusting nothing and changing nothing. The configuration says which. May run beside the program.
  --quick     a recorder: of files only that they are there, and their size; a monitor: the archive is not asked
  --archive   also fetches and hashes the object of each proven segment
  --json      one object for each disagreement, and one for the sum
Exit code: 0 all agrees, 1 disagreements (named), 2 not usable (says why).`;

const progressEverySegments = 1_000;
const monitorParts = ['listen', 'publicOrigins', 'session', 'signIn', 'retention', 'metrics'];

/** What the operator must be told in one sentence; exit code 2. */
class Unusable extends Error {}

interface Order {
  readonly config: string;
  readonly quick: boolean;
  readonly archive: boolean;
  readonly json: boolean;
}

async function run(argv: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const order = readArguments(argv);
    return (await isMonitorConfig(order.config))
      ? await checkOfMonitor(order)
      : await check(order, await readSettings(order.config, process.env));
  } catch (error) {
    const sentence = operatorSentence(error);
    // Exit code 1 says that everything was looked at: whatever kept us from it is 2.
    if (sentence === undefined) console.error(error);
    else console.error(`fsck: ${sentence}`);
    return 2;
  }
}

async function check(order: Order, settings: RecorderSettings): Promise<0 | 1> {
  const directory = join(settings.dataDirectory, 'spool');
  if (!existsSync(join(directory, 'spool.db'))) throw new Unusable(`there is no spool.db in ${directory}`);
  const store = order.archive ? await openObjectStore(settings.archive) : undefined;
  let found = 0;
  try {
    const summary = await checkSpool({
      directory,
      quick: order.quick,
      store,
      signal: new AbortController().signal,
      onDisagreement: (disagreement) => {
        found += 1;
        console.log(order.json ? JSON.stringify(disagreement) : sentenceOf(disagreement));
      },
      onProgress: (checked, of) => {
        if (checked % progressEverySegments === 0) console.error(`${checked} of ${of} segments`);
      },
    });
    console.log(
      order.json ? JSON.stringify({ ...summary, disagreements: found }) : sumOf(summary, found, order),
    );
  } finally {
    await store?.close();
  }
  return found === 0 ? 0 : 1;
}

async function checkOfMonitor(order: Order): Promise<0 | 1> {
  if (order.quick && order.archive) throw new Unusable('--quick and --archive contradict each other');
  const settings = await readMonitorSettings(order.config, process.env);
  const store = order.quick ? undefined : await openObjectStore(settings.archive);
  let found = 0;
  try {
    const summary = await checkMonitor({
      dataDirectory: settings.dataDirectory,
      shield: Shield.open(settings.shield.keyFile, { mayMake: false }),
      store,
      inFull: order.archive,
      signal: new AbortController().signal,
      onDisagreement: (disagreement) => {
        found += 1;
        console.log(order.json ? JSON.stringify(disagreement) : sentenceOf(disagreement));
      },
      onProgress: (checked) => {
        if (checked % progressEverySegments === 0) console.error(`${checked} objects`);
      },
    });
    console.log(
      order.json ? JSON.stringify({ ...summary, disagreements: found }) : sumOfMonitor(summary, found, order),
    );
  } finally {
    await store?.close();
  }
  return found === 0 ? 0 : 1;
}

function sumOfMonitor(summary: MonitorSummary, found: number, order: Order): string {
  const looked = order.archive ? 'fetched' : 'looked for';
  return [
    `monitor: ${summary.entries} entries`,
    `${summary.segments} segments`,
    `${summary.auditEntries} audit entries`,
    ...(order.quick ? [] : [`${summary.objects} objects ${looked}`]),
    found === 0 ? 'all agrees' : `${found} disagreements`,
  ].join(', ');
}

function sentenceOf({
  code,
  sourceId,
  span,
  where,
  expected,
  found,
}: Disagreement | MonitorDisagreement): string {
  const source = sourceId === undefined ? '' : ` source ${sourceId}`;
  const time = span === undefined ? '' : ` ${isoTime(span.fromUtcMs)} to ${isoTime(span.toUtcMs)}`;
  return `${code}:${source}${time} ${where}: expected ${expected}; found ${found}`;
}

function sumOf(summary: SpoolSummary, found: number, order: Order): string {
  const looked = order.quick ? 'sizes looked at' : 'read in full';
  const parts = [
    `recorder ${summary.recorderId}: ${summary.entries} entries`,
    `${summary.segments} segments (${looked})`,
    `${summary.openSegments} being written`,
    ...(order.archive ? [`${summary.objects} objects fetched`] : []),
    ...(summary.quarantined > 0 ? [`${summary.quarantined} files in quarantine`] : []),
    found === 0 ? 'all agrees' : `${found} disagreements`,
  ];
  return parts.join(', ');
}

function isoTime(utc: number): string {
  return new Date(utc).toISOString();
}

function readArguments(argv: readonly string[]): Order {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { config: { type: 'string' }, quick: flag, archive: flag, json: flag } as const;
    const { values } = parseArgs({ args: [...argv], options });
    if (values.config !== undefined) return { ...values, config: values.config };
  } catch (error) {
    if (!String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Unusable(`${String((error as Error).message).split('.')[0]}\n${usage}`);
  }
  throw new Unusable(usage);
}

/** By parts that only a monitor's has; what cannot be read, or is no YAML, is for the settings reader to say. */
async function isMonitorConfig(file: string): Promise<boolean> {
  try {
    const whole: unknown = parse(await readFile(file, 'utf8'));
    return typeof whole === 'object' && whole !== null && monitorParts.some((part) => part in whole);
  } catch {
    return false;
  }
}

function operatorSentence(error: unknown): string | undefined {
  for (const kind of [Unusable, SettingsError, DatabaseError, PrivateFileError]) {
    if (error instanceof kind) return error.message;
  }
  if (error instanceof ObjectStoreError) return `the archive cannot be looked at: ${error.message}`;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return undefined;
  if (/^(SQLITE_|EACCES|ENOENT|EIO)/.test(code)) return `it cannot be read: ${String(message)}`;
  return undefined;
}

process.exitCode = await run(process.argv.slice(2));
