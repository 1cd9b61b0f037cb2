import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDemoArguments } from './demo-arguments.ts';
import { startDemoCameras } from './cameras.ts';
import { writeConfigurations } from './configuration-files.ts';
import { ClosingStack } from './closing-stack.ts';
import { Daemon } from './daemon.ts';
import { DemoError } from './demo-error.ts';
import { demoAccounts, demoAdministrator, demoCounters } from './demo-organisation.ts';
import { DemoStateFile, freshState, inventPassword, type DemoState } from './demo-state.ts';
import { MonitorAnswer, MonitorClient } from './monitor-client.ts';
import { freePort, requireFreePort } from './ports.ts';
import { bindDevices, changePasswords, untilAnswering, untilPlayable, untilRecorderOnline } from './ready.ts';
import { enrolRecorder, makeAdministrator, makeOrganisation } from './seed.ts';
import { writeTrustFile } from './trust-file.ts';

const root = join(import.meta.dirname, '../../..');

/** Builds the demo in order and takes it down in the reverse order. */
async function runDemo(argv: readonly string[], interrupted: AbortSignal): Promise<void> {
  const { port: wantedPort, dataDirectory, cameras } = readDemoArguments(argv);
  await using closing = new ClosingStack();
  const port = wantedPort === 0 ? await freePort() : await requireFreePort(wantedPort);

  const stateFile = new DemoStateFile(dataDirectory);
  const before = await stateFile.read();
  const password = chosenPassword(before);
  const logs = join(dataDirectory, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const counters = demoCounters(cameras);
  let state = before ?? freshState(password);

  say(`Preparing ${counters.flatMap((counter) => counter.devices).length} virtual devices`);
  const devices = await startDemoCameras(
    { counters, state, cacheDirectory: join(root, '.cache/virtual-camera') },
    interrupted,
  );
  closing.defer(() => devices.close());
  await writeFile(
    join(dataDirectory, 'virtual-cameras.json'),
    JSON.stringify({ control: devices.controlAddress }),
  );
  state = { ...state, devicePorts: devices.ports };
  await stateFile.write(state);

  say('Starting the monitor');
  const origin = `http://127.0.0.1:${port}`;
  const files = await writeConfigurations(dataDirectory, { port });
  const monitor = new Daemon(
    'monitor',
    // As `npm run monitor` starts it.
    ['--max-semi-space-size=4', join(root, 'monitor-ui/dist/server/main.js'), '--config', files.monitor],
    join(logs, 'monitor.log'),
  );
  closing.defer(() => monitor.stop(8_000));
  const client = new MonitorClient(origin);
  let enrolmentCode: string | undefined;
  if (state.seeded) {
    await untilAnswering(origin, monitor, interrupted);
    await client.signIn(demoAdministrator.username, state.accountPassword);
    await changePasswords(client, state.accountPassword, password);
  } else {
    const code = await monitor.waitForLine((line) => /FIRST START CODE\s+(\S+)/.exec(line)?.[1], interrupted);
    await untilAnswering(origin, monitor, interrupted);
    say('Making units, people and counters');
    await makeAdministrator(client, code, password);
    const { siteId } = await makeOrganisation(client, counters, password);
    enrolmentCode = await enrolRecorder(client, siteId);
  }
  state = { ...state, accountPassword: password, seeded: true };
  await stateFile.write(state);

  say('Starting the recorder');
  await writeConfigurations(dataDirectory, {
    port,
    ...(enrolmentCode === undefined ? {} : { enrolmentCode }),
  });
  const recorder = new Daemon(
    'recorder',
    [join(root, 'recorder/dist/main.js'), '--config', files.recorder],
    join(logs, 'recorder.log'),
  );
  closing.defer(() => recorder.stop(8_000));
  const technician = new MonitorClient(origin);
  await technician.signIn('technician', password);
  const watched = [monitor, recorder];
  const recorderId = await untilRecorderOnline(technician, watched, interrupted);
  await bindDevices(technician, recorderId, counters, devices.connections);
  const supervisor = new MonitorClient(origin);
  await supervisor.signIn('supervisor', password);
  await untilPlayable(supervisor, watched, interrupted);
  await writeTrustFile(dataDirectory);

  printAccounts(password, before !== undefined || process.env['MINHBACH_DEMO_PASSWORD'] !== undefined);
  console.log(`Faults of the virtual cameras: ${devices.controlAddress}/cameras\n`);
  console.log(`READY ${origin}`);
  await Promise.race([
    untilInterrupted(interrupted),
    ...watched.map(async (daemon) => {
      const code = await daemon.exited;
      if (!interrupted.aborted)
        throw new DemoError(
          `The ${daemon.name} ended by itself (${code ?? 'killed'}): ${daemon.lastWords()}`,
        );
    }),
  ]);
  say('Stopping');
}

function chosenPassword(before: DemoState | undefined): string {
  const given = process.env['MINHBACH_DEMO_PASSWORD'];
  if (given !== undefined && given.length < 8) {
    throw new DemoError('MINHBACH_DEMO_PASSWORD is too short: 8 to 200 characters are allowed.');
  }
  return given ?? before?.accountPassword ?? inventPassword();
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function printAccounts(password: string, chosen: boolean): void {
  const accounts = [demoAdministrator, ...demoAccounts];
  console.log('\nDemo accounts:');
  for (const { username, role } of accounts) console.log(`  ${username.padEnd(14)} ${role}`);
  console.log(
    `Password of all: ${password}${chosen ? '' : '  (invented; MINHBACH_DEMO_PASSWORD sets another)'}\n`,
  );
}

function say(sentence: string): void {
  console.log(sentence);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
try {
  await runDemo(process.argv.slice(2), interruption.signal);
  process.exit(0);
} catch (error) {
  if (interruption.signal.aborted) process.exit(0);
  if (error instanceof DemoError || error instanceof MonitorAnswer) {
    console.error(error.message);
    process.exit(error instanceof DemoError ? 2 : 1);
  }
  console.error(error);
  process.exit(1);
}
