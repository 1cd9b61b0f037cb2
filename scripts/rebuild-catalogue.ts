import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  isRebuildUnfinished,
  rebuildCatalogue,
  type RebuildSummary,
} from '@minhbach/monitor-ui/server/catalogue';
import { DatabaseError } from '@minhbach/monitor-ui/server/database';
import { openDatabaseAlone } from '@minhbach/monitor-ui/server/fsck';
import { readSettings, SettingsError } from '@minhbach/monitor-ui/server/settings';
import { ObjectStoreError, openObjectStore } from '@minhbach/shared/object-store';

const usage = `usage: npm run rebuild-catalogue -- --config FILE
Makes the monitor's catalogue of footage and gaps anew from the archive. The monitor must not run. May be ended at any
instant; started again, it goes on where it was.
Exit code: 0 whole, 1 whole with disagreements (named), 2 not usable (says why).`;

const progressEvery = 1_000;

/** What the operator must be told in one sentence; exit code 2. */
class Unusable extends Error {}

async function run(argv: readonly string[]): Promise<0 | 1 | 2> {
  try {
    return await rebuild(readArguments(argv));
  } catch (error) {
    const sentence = operatorSentence(error);
    if (sentence === undefined) console.error(error);
    else console.error(`rebuild-catalogue: ${sentence}`);
    return 2;
  }
}

async function rebuild(config: string): Promise<0 | 1> {
  const settings = await readSettings(config, process.env);
  if (!existsSync(settings.dataDirectory)) {
    throw new Unusable(`dataDirectory: there is no ${settings.dataDirectory}`);
  }
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => stopping.abort(new Unusable('ended; start it again to go on')));
  const store = await openObjectStore(settings.archive);
  const database = await openDatabaseAlone(settings.dataDirectory);
  try {
    if (isRebuildUnfinished(database)) console.error('going on with a rebuild that had not ended');
    const summary = await rebuildCatalogue({
      database,
      store,
      signal: stopping.signal,
      onProgress: (phase, done) => {
        if (done % progressEvery === 0 || phase === 'entries') console.error(`${phase}: ${done}`);
      },
    });
    for (const { code, place, expected, found } of summary.findings) {
      console.log(`${code}: ${place}: expected ${expected}; found ${found}`);
    }
    console.log(sumOf(summary));
    return summary.findings.length === 0 ? 0 : 1;
  } finally {
    database.close();
    await store.close();
  }
}

function sumOf({ entries, segments, gaps, findings }: RebuildSummary): string {
  const agreed = findings.length === 0 ? 'all agrees' : `${findings.length} disagreements`;
  return `${entries} entries, ${segments} segments, ${gaps} gaps, ${agreed}`;
}

function readArguments(argv: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } } });
    if (values.config !== undefined) return values.config;
  } catch (error) {
    if (!String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Unusable(`${String((error as Error).message).split('.')[0]}\n${usage}`);
  }
  throw new Unusable(usage);
}

function operatorSentence(error: unknown): string | undefined {
  if (error instanceof Unusable || error instanceof SettingsError || error instanceof DatabaseError) {
    return error.message;
  }
  if (error instanceof ObjectStoreError) {
    const said =
      error.cause instanceof Unusable ? error.cause.message : `the archive cannot be read: ${error.message}`;
    return error.hint === undefined ? said : `${said} (${error.hint})`;
  }
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^(SQLITE_|EACCES|ENOENT|EIO)/.test(code)) {
    return `the database cannot be used: ${String(message)}`;
  }
  return undefined;
}

process.exitCode = await run(process.argv.slice(2));
