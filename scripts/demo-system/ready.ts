import {
  createdSchema,
  listOf,
  personSchema,
  timelineSchema,
  type DeviceConnection,
} from '@minhbach/shared/protocol';
import type { Daemon } from './daemon.ts';
import { DemoError } from './demo-error.ts';
import type { DemoCounter } from './demo-organisation.ts';
import type { MonitorClient } from './monitor-client.ts';
import { onlineRecorder, readCounters, registerDevice } from './seed.ts';

/** Polls `look` until it finds something; rejects when a daemon ends, when interrupted, or after `limitMs`. */
async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  daemons: readonly Daemon[],
  signal: AbortSignal,
  limitMs = 120_000,
): Promise<T> {
  let ended: Daemon | undefined;
  for (const daemon of daemons) daemon.exited.finally(() => (ended = daemon)).catch(() => undefined);
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline && ended === undefined) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const words = daemons.map((daemon) => `${daemon.name}: ${daemon.lastWords()}`).join('\n');
  throw new DemoError(`${what} did not happen.\n${words}`);
}

export async function untilRecorderOnline(
  client: MonitorClient,
  daemons: readonly Daemon[],
  signal: AbortSignal,
): Promise<string> {
  return until('The recorder coming online', () => onlineRecorder(client), daemons, signal);
}

/** Registers the devices a counter does not have yet; a second start finds them all there. */
export async function bindDevices(
  client: MonitorClient,
  recorderId: string,
  counters: readonly DemoCounter[],
  connections: ReadonlyMap<string, DeviceConnection>,
): Promise<void> {
  const known = await readCounters(client);
  for (const { name: counterName, devices } of counters) {
    const counter = known.find((candidate) => candidate.name === counterName);
    if (counter === undefined) continue;
    const missing = devices.filter(
      (device) => !counter.sources.some((source) => source.name.startsWith(device.name)),
    );
    for (const { name, kind } of missing) {
      const connection = connections.get(name);
      if (connection === undefined) continue;
      await registerDevice(client, { counterId: counter.id, recorderId, name, kind, connection });
    }
  }
}

/** The monitor answers; rejects when it ends instead. */
export async function untilAnswering(origin: string, monitor: Daemon, signal: AbortSignal): Promise<void> {
  let ended = false;
  monitor.exited.then(
    () => (ended = true),
    () => (ended = true),
  );
  while (!signal.aborted && !ended) {
    const answered = await fetch(`${origin}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new DemoError(`The monitor did not come up: ${monitor.lastWords()}`);
}

/** Every source says it records and its footage can be asked for. */
export async function untilPlayable(
  client: MonitorClient,
  daemons: readonly Daemon[],
  signal: AbortSignal,
): Promise<void> {
  const since = Date.now();
  await until(
    'Every source recording',
    async () => {
      const counters = await readCounters(client);
      const sources = counters.flatMap((counter) => counter.sources);
      if (sources.length === 0 || sources.some((source) => source.state !== 'recording')) return undefined;
      for (const { id } of counters) {
        const path = `/counters/${id}/timeline?from=${since - 60_000}&to=${Date.now()}`;
        const timeline = await client.get(path, timelineSchema);
        const playable = timeline.sources.every((source) =>
          source.spans.some((span) => span.kind === 'footage' && span.to > since),
        );
        if (!playable) return undefined;
      }
      return true;
    },
    daemons,
    signal,
  );
}

/** Gives every account the new password when it differs from the one the last start set. */
export async function changePasswords(client: MonitorClient, from: string, to: string): Promise<void> {
  if (from === to) return;
  const { items } = await client.get('/people?limit=500', listOf(personSchema));
  const me = (await client.get('/me', createdSchema.partial().loose())) as { person?: { id?: string } };
  const others = items.filter((person) => person.id !== me.person?.id);
  const own = items.filter((person) => person.id === me.person?.id);
  for (const { id } of [...others, ...own]) await client.patch(`/people/${id}`, { password: to });
}
