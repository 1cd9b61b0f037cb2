#!/usr/bin/env node
import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import pino, { type Logger } from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { errnoOf } from '@minhbach/shared/file-operations';
import { IdentityError } from './identity/index.ts';
import { startRecorder, type Recorder } from './run-recorder.ts';
import { readSettings, SettingsError } from './settings/index.ts';
import { isDiskFault, SpoolError } from './spool/index.ts';

const stopLimitMs = 4_800;

/** Starts the recorder and stops it in order at SIGTERM or SIGINT: exit 0 within 5 s; 2 for what an operator must mend. */
async function main(): Promise<void> {
  const program = new Command('recorder')
    .description('Records the cameras and microphones of one site')
    .requiredOption('--config <file>', 'settings, YAML or JSON; see config/recorder.example.yaml')
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : 2));
  const { config } = program.parse().opts<{ config: string }>();
  const settings = await readSettings(config, process.env);
  const logger = pino({
    level: settings.logLevel,
    base: { program: 'recorder' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['password', '*.password', '*.*.password', 'url', '*.login', 'login'],
      censor: '[hidden]',
    },
  });
  let isRunning = false;
  process.on('uncaughtException', (error) => {
    // Without its disk it could not start again: it stays, to tell of it, and records once the disk takes files.
    if (isRunning && isDiskFault(error)) return logger.error({ err: error }, 'the disk takes nothing');
    logger.fatal({ err: error }, 'unexpected failure');
    process.exit(1);
  });
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => stopping.abort(signal));
  }
  const recorder = await startRecorder({ settings, logger, clock: systemClock, version: await ownVersion() });
  logger.info({ recorderId: recorder.recorderId, healthPort: recorder.healthPort }, 'recorder started');
  isRunning = true;
  await Promise.race([aborted(stopping.signal), recorder.failed]);
  await stop(recorder, logger, String(stopping.signal.reason));
}

async function stop(recorder: Recorder, logger: Logger, reason: string): Promise<never> {
  logger.info({ reason }, 'stopping');
  setTimeout(() => {
    logger.fatal('did not stop in time');
    process.exit(1);
  }, stopLimitMs).unref();
  await recorder.stop(reason);
  logger.info('stopped');
  return process.exit(0);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

main().catch((error: unknown) => {
  const operators = operatorSentence(error);
  process.stderr.write(
    `recorder: ${operators ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  process.exit(operators === undefined ? 1 : 2);
});

/** What an operator can mend, as one sentence; `undefined` for what only we can. */
function operatorSentence(error: unknown): string | undefined {
  if (error instanceof SettingsError || error instanceof IdentityError) return error.message;
  if (error instanceof SpoolError) return error.message;
  switch (errnoOf(error)) {
    case 'EADDRINUSE':
      return 'the port of metricsListen is taken by another program; choose another one';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'the host of metricsListen is no address of this machine';
    case 'EACCES':
    case 'EROFS':
    case 'ENOSPC':
      return `the data directory cannot be written (${errnoOf(error) ?? ''})`;
    default:
      return undefined;
  }
}
