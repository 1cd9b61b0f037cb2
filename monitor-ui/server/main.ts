#!/usr/bin/env node
import { Command } from 'commander';
import pino, { type Logger } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { ObjectStoreError } from '@minhbach/shared/object-store';
import { DatabaseError } from './database/index.ts';
import { PrivateFileError } from './private-files/index.ts';
import { startMonitor, type Monitor } from './run-monitor.ts';
import { readSettings, SettingsError } from './settings/index.ts';
import { StartError } from './state-directory.ts';

const stopLimitMs = 4_800;

/** Starts the monitor and stops it in order at SIGTERM or SIGINT: exit 0 within 5 s; 2 for what an operator must mend. */
async function main(): Promise<void> {
  const program = new Command('monitor')
    .description('Where counters are watched, incidents kept and footage played')
    .requiredOption('--config <file>', 'settings, YAML or JSON; see config/monitor.example.yaml')
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : 2));
  const { config } = program.parse().opts<{ config: string }>();
  const settings = await readSettings(config, process.env);
  const logger = pino({
    level: settings.logLevel,
    base: { program: 'monitor' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['password', '*.password', '*.*.password', 'cookie', '*.cookie'], censor: '[hidden]' },
  });
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected failure');
    process.exit(1);
  });
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal));
  const monitor = await startMonitor({ settings, logger, clock: systemClock });
  const scheme = settings.tls === undefined ? 'http' : 'https';
  logger.info({ url: `${scheme}://${settings.listen.host}:${monitor.port}` }, 'monitor started');
  if (monitor.firstStartCode !== undefined) {
    process.stdout.write(`FIRST START CODE ${monitor.firstStartCode}\n`);
  }
  if (!stopping.signal.aborted) {
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
  }
  await stop(monitor, logger, String(stopping.signal.reason));
}

async function stop(monitor: Monitor, logger: Logger, reason: string): Promise<never> {
  logger.info({ reason }, 'stopping');
  setTimeout(() => {
    logger.fatal('did not stop in time');
    process.exit(1);
  }, stopLimitMs).unref();
  await monitor.stop();
  logger.info('stopped');
  return process.exit(0);
}

/** One sentence and exit code 2 for what is wrong with the configuration or the machine. */
function isForTheOperator(error: unknown): error is Error {
  return [SettingsError, StartError, PrivateFileError, DatabaseError, ObjectStoreError].some(
    (kind) => error instanceof kind,
  );
}

main().catch((error: unknown) => {
  const text = isForTheOperator(error)
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : '';
  process.stderr.write(`${text}\n`);
  process.exit(isForTheOperator(error) ? 2 : 1);
});
