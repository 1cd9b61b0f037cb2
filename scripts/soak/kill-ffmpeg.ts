import { setTimeout as delay } from 'node:timers/promises';
import { isOver, spread, type KillOrder } from './kill-recorder.ts';
import { RecordedHost } from './recorded-host.ts';
import { disagreementsOf, entriesOf } from './spool-facts.ts';

const restartMs = 15_000;

/** One that was killed may not be back yet: a source is said to record until its silence is noticed. */
async function someRunning(host: RecordedHost): Promise<readonly number[]> {
  const deadline = Date.now() + restartMs;
  let running = host.ffmpegs();
  while (running.length === 0 && Date.now() < deadline) {
    await delay(20);
    running = host.ffmpegs();
  }
  return running;
}

/** Kills (SIGKILL) a random ffmpeg of a running recorder at random instants and measures the gap each time. */
export async function killFfmpeg(of: KillOrder): Promise<Readonly<Record<string, unknown>>> {
  const host = new RecordedHost(of.directory, of.urls, of.segmentDurationMs ?? 5_000);
  await host.start();
  const killedAt: number[] = [];
  const orphansSeen: number[] = [];
  for (let time = 0; time < of.times && !isOver(of); time += 1) {
    await delay(Math.random() * of.runMs);
    const running = await someRunning(host);
    const victim = running[Math.floor(Math.random() * running.length)];
    if (victim === undefined) throw new Error('no ffmpeg runs');
    killedAt.push(Date.now());
    process.kill(victim, 'SIGKILL');
    while (host.ffmpegs().includes(victim)) await delay(5);
    await delay(50);
    await host.untilAllRecord();
    orphansSeen.push(Math.max(0, host.ffmpegs().length - host.devices.length));
    if ((time + 1) % 20 === 0) console.error(`${time + 1} of ${of.times} kills`);
  }
  await host.kill('SIGTERM');
  const entries = entriesOf(of.directory);
  const gaps = entries.flatMap((entry) =>
    entry.kind === 'gap' && entry.cause === 'camera-closed' ? [entry] : [],
  );
  const before = gaps.map(({ fromUtcMs, toUtcMs }) => {
    const at = killedAt.findLast((kill) => kill <= toUtcMs) ?? fromUtcMs;
    return Math.max(0, at - fromUtcMs);
  });
  return {
    kills: killedAt.length,
    sources: host.sources.length,
    lostMs: spread(before),
    gapMs: spread(gaps.map(({ fromUtcMs, toUtcMs }) => toUtcMs - fromUtcMs)),
    gaps: gaps.length,
    orphans: Math.max(0, ...orphansSeen),
    disagreements: await disagreementsOf(of.directory),
  };
}
