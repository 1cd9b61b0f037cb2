import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@minhbach/shared/clock';
import { checkPresence, recover } from '@minhbach/recorder/segments';
import { openSpool } from '@minhbach/recorder/spool';
import { isOver, spread, type KillOrder } from './kill-recorder.ts';
import { LoopDisk } from './loop-disk.ts';
import { RecordedHost } from './recorded-host.ts';
import { disagreementsOf, entriesOf, lostBefore } from './spool-facts.ts';

const diskMegabytes = 4_096;

/**
 * Cuts the power of a recording recorder at random instants: what its disk (ext4) holds at that moment, and nothing that
 * only memory holds, is copied, mounted as after a cut, recovered as at a start, and checked.
 */
export async function powerCut(of: KillOrder): Promise<Readonly<Record<string, unknown>>> {
  using disk = LoopDisk.make(of.directory, 'disk', diskMegabytes);
  const host = new RecordedHost(join(disk.mountPoint, 'spool'), of.urls, of.segmentDurationMs ?? 5_000);
  await host.start();
  const lostMs: number[] = [];
  const wrong: string[] = [];
  let forgotten = 0;
  let recovered = 0;
  try {
    for (let time = 0; time < of.times && !isOver(of); time += 1) {
      await delay(Math.random() * of.runMs);
      const image = join(of.directory, 'cut.img');
      host.signal('SIGSTOP');
      const cutAt = Date.now();
      disk.copyTo(image);
      host.signal('SIGCONT');
      using cut = LoopDisk.after(image, of.directory, 'cut');
      const directory = join(cut.mountPoint, 'spool');
      const report = await startAgain(directory, host);
      recovered += report.recovered;
      for (const line of [...(await disagreementsOf(directory)), ...report.faults])
        wrong.push(`cut ${time + 1}: ${line}`);
      const entries = entriesOf(directory);
      for (const source of host.sources)
        lostMs.push(lostBefore(entries, source, cutAt, host.recordingSince.get(source)));
      const known = new Set(
        entries.flatMap((entry) => ('segmentId' in entry ? [entry.segmentId as string] : [])),
      );
      for (const [segmentId, at] of host.sealed) if (at < cutAt && !known.has(segmentId)) forgotten += 1;
      if ((time + 1) % 20 === 0) console.error(`${time + 1} of ${of.times} cuts`);
    }
  } finally {
    host.signal('SIGCONT');
    await host.kill('SIGTERM');
  }
  return {
    cuts: lostMs.length / host.sources.length,
    sources: host.sources.length,
    lostMs: spread(lostMs),
    recoveredSegments: recovered,
    sealedAndForgotten: forgotten,
    hostFaults: host.faults,
    disagreements: wrong,
  };
}

/** What a start does before the first capture. */
async function startAgain(
  directory: string,
  host: RecordedHost,
): Promise<{ readonly recovered: number; readonly faults: readonly string[] }> {
  const spool = await openSpool({ directory, clock: systemClock, recorderId: host.recorderId });
  const { sealed, filesWithoutRow } = await recover(spool);
  const presence = await checkPresence({ spool, isAlone: true, signal: new AbortController().signal });
  spool.close();
  return {
    recovered: sealed.length,
    faults: [
      ...[...filesWithoutRow, ...presence.filesWithoutRow].map((name) => `nobody's file ${name}`),
      ...presence.rowsWithoutFile.map((segmentId) => `segment ${segmentId} without file`),
      ...spool.notices.filter(({ finding }) => finding !== 'on-memory').map(({ message }) => message),
    ],
  };
}
