#!/usr/bin/env node
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import pino, { type Logger } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { formatVerifierKey } from '@minhbach/shared/ledger';
import { DatabaseError, MonitorDatabase } from './database/index.ts';
import { metricsRegistry } from './health/index.ts';
import { closeListener, createListener, listen } from './listener.ts';
import {
  BadTrustFile,
  HeldLedgers,
  MonitorClient,
  NoticeSender,
  NoticeWebhook,
  outsideWitnessSchema,
  PageFiles,
  readOutsideTrust,
  readWitnessSettings,
  Standings,
  statusPages,
  WitnessRounds,
  type WitnessSettings,
} from './outside-witness/index.ts';
import { PrivateFileError } from './private-files/index.ts';
import { SettingsError } from './settings/index.ts';
import { openStateDirectory, reasonOf, StartError } from './state-directory.ts';
import { LedgerTrees, WitnessKey } from './witness/index.ts';

/**
 * A witness in another office: keeps heads and entries of the ledgers that monitors show, and counter-signs. Runs until
 * SIGTERM or SIGINT, exit 0; with --once one round, exit 0 well, 1 something refused, silent or not told. 2 for what an
 * operator must mend.
 */
async function main(): Promise<number> {
  const program = new Command('witness')
    .description("Keeps and counter-signs others' ledger heads; refuses what goes back or forks")
    .requiredOption('--config <file>', 'settings, YAML or JSON; see config/witness.example.yaml')
    .option('--once', 'one round, then end: 0 well, 1 refused, silent, out of reach or not told')
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : 2));
  const { config, once } = program.parse().opts<{ config: string; once?: boolean }>();
  const settings = await readWitnessSettings(config, process.env);
  const logger = pino({
    level: settings.logLevel,
    base: { program: 'witness' },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => stopping.abort(new Error(signal)));
  }
  return runWitness(settings, logger, { once: once === true, signal: stopping.signal });
}

async function runWitness(
  settings: WitnessSettings,
  logger: Logger,
  { once, signal }: { readonly once: boolean; readonly signal: AbortSignal },
): Promise<number> {
  const clock = systemClock;
  openStateDirectory(settings.dataDirectory);
  const pinned = await readOutsideTrust(settings.trustFile);
  const monitors = settings.monitors.map(({ name, url, username, passwordFile, caFile, timeoutMs }) => ({
    name,
    client: new MonitorClient({
      ...{ url, username, timeoutMs, password: secretIn(passwordFile), ca: authorityIn(caFile) },
    }),
  }));
  const webhook = settings.webhook && {
    ...{ witness: settings.name, url: settings.webhook.url, clock, timeoutMs: settings.webhook.timeoutMs },
    ...{ secret: secretIn(settings.webhook.secretFile), ca: authorityIn(settings.webhook.caFile) },
  };
  const notices = webhook && new NoticeSender({ webhook: new NoticeWebhook(webhook), clock, logger, signal });
  const key = WitnessKey.open(join(settings.dataDirectory, 'witness-key.json'), settings.name);
  const database = await MonitorDatabase.open(
    join(settings.dataDirectory, 'witness.db'),
    outsideWitnessSchema,
  );
  try {
    const [trees, held] = [new LedgerTrees(database), new HeldLedgers(database)];
    const standings = new Standings((change) => {
      const { subject, standing } = change;
      const bad = standing.state === 'refused' || standing.state === 'silent';
      logger[bad ? 'error' : 'info']({ subject, ...standing }, `${subject}: ${standing.state}`);
      notices?.tell(change);
    });
    const page = {
      ...{ held, trees, key, standings, pinned, monitors: settings.monitors.map(({ name }) => name) },
      readMeSha256: readMeSha256(),
    };
    const files = new PageFiles(join(settings.dataDirectory, 'pages'), page);
    const rounds = new WitnessRounds({
      ...{ trees, held, key, clock, pinned, monitors, standings },
      ...{ everyMs: settings.everyMs, silentAfterMs: settings.silentAfterMs },
      onNotTaken: (monitor, origin) =>
        logger.warn(
          { monitor, origin },
          'the monitor does not take our signature: ledger.witnesses lacks our key',
        ),
      onRound: async () => files.write(clock.wallNow()),
    });
    logger.info({ key: formatVerifierKey(key.signer.key) }, 'witness started');
    if (once) {
      await rounds.once(signal);
      const isTold = (await notices?.settled()) ?? true;
      return standings.isWell() && isTold ? 0 : 1;
    }
    const server =
      settings.listen &&
      createListener(
        settings.tls,
        statusPages({ page, language: settings.language, registry: registryOf(standings), clock }),
      );
    if (server && settings.listen) {
      const port = await listen(server, settings.listen);
      const scheme = settings.tls === undefined ? 'http' : 'https';
      logger.info({ url: `${scheme}://${settings.listen.host}:${port}` }, 'witness listens');
    }
    await rounds.run(signal);
    if (server) await closeListener(server, 1_000);
    logger.info('stopped');
    return 0;
  } finally {
    database.close();
  }
}

function registryOf(standings: Standings) {
  const states = ['witnessed', 'refused', 'silent', 'unreachable'] as const;
  return metricsRegistry(
    states.map((state) => ({
      name: `standings_${state}`,
      help: `Ledgers and monitors that stand at: ${state}.`,
      read: () => standings.count(state),
    })),
    'minhbach_witness_',
  );
}

function readMeSha256(): string | undefined {
  const file = fileURLToPath(new URL('../read-me/READ-ME.html', import.meta.url));
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartError(`${file} cannot be read (${reasonOf(cause)})`, { cause });
  }
}

/** Certificates in PEM of whom to believe who the other side is. What is none would be believed by nobody, at each attempt. */
function authorityIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const text = textIn(file);
  try {
    new X509Certificate(text);
  } catch (cause) {
    throw new StartError(`caFile: ${file} holds no certificate in PEM`, { cause });
  }
  return text;
}

function secretIn(file: string): string {
  const secret = textIn(file).trim();
  if (secret === '') throw new StartError(`${file} is empty`);
  return secret;
}

/** One sentence and exit code 2 for what is wrong with the configuration or the machine. */
function isForTheOperator(error: unknown): error is Error {
  return [SettingsError, StartError, PrivateFileError, DatabaseError, BadTrustFile].some(
    (kind) => error instanceof kind,
  );
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = isForTheOperator(error) ? error.message : error instanceof Error ? error.stack : '';
    process.stderr.write(`${text ?? ''}\n`);
    process.exit(isForTheOperator(error) ? 2 : 1);
  },
);
