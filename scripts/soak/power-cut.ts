import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DeviceRegistry } from '@minhbach/recorder/cameras';
import { openIdentity, openSealingKey } from '@minhbach/recorder/identity';
import { checkPresence, recover } from '@minhbach/recorder/segments';
import { heldAgainst, lossFaults, overFaults, promised, spoolFaults } from './broken-promises.ts';
import { isOver, placeOf, spread, type KillOrder } from './kill-recorder.ts';
import { LoopDisk } from './loop-disk.ts';
import { placedLateMs } from './placed-late.ts';
import { openSpoolIn } from './recorder-place.ts';
import { ShippedRecorder } from './shipped-recorder.ts';
import type { SoakOutcome } from './soak-result.ts';
import { disagreementsOf, entriesOf, lostBefore, openEndsOf } from './spool-facts.ts';

const diskMegabytes = 4_096;

/**
 * Cuts the power of a recording recorder at random instants: what its disk (ext4) holds at that moment, and nothing that
 * only memory holds, is copied, mounted as after a cut, recovered as at a start, and checked.
 */
export async function powerCut(of: KillOrder): Promise<SoakOutcome> {
  const promises = of.promises ?? promised;
  using disk = LoopDisk.make(of.directory, 'disk', diskMegabytes);
  const recorder = await ShippedRecorder.prepare(placeOf(of, join(disk.mountPoint, 'data')), of.cameras);
  await recorder.start();
  const lostMs: number[] = [];
  const unwrittenMs: number[] = [];
  const unsyncedMs: number[] = [];
  const faults: string[] = [];
  const wrong: string[] = [];
  let forgotten = 0;
  let recovered = 0;
  try {
    for (let time = 0; time < of.times && !isOver(of); time += 1) {
      await delay(Math.random() * of.runMs);
      const image = join(of.directory, 'cut.img');
      recorder.signal('SIGSTOP');
      const cutAt = Date.now();
      disk.copyTo(image);
      // What the system's memory holds beside: a kill at this moment would have kept it.
      const written = {
        entries: entriesOf(recorder.spoolDirectory),
        ends: openEndsOf(recorder.spoolDirectory),
      };
      recorder.signal('SIGCONT');
      using cut = LoopDisk.after(image, of.directory, 'cut');
      const directory = join(cut.mountPoint, 'data/spool');
      const report = await startAgain(join(cut.mountPoint, 'data'), recorder);
      recovered += report.recovered;
      for (const line of [...(await disagreementsOf(directory)), ...report.faults])
        wrong.push(`cut ${time + 1}: ${line}`);
      const entries = entriesOf(directory);
      const lateMs = recorder.devices.flatMap(({ picture }, index) => {
        const late = placedLateMs(
          written.entries,
          picture,
          cutAt,
          of.cameras[index]?.epochUtcMs ?? Number.NaN,
        );
        return [late, late];
      });
      for (const [index, source] of recorder.sources.entries()) {
        const since = recorder.recordingSince.get(source);
        const lost = lostBefore(entries, source, cutAt, since);
        const begun = Math.max(since ?? cutAt, written.ends.get(source) ?? 0);
        const unwritten = lostBefore(written.entries, source, cutAt, begun);
        lostMs.push(lost);
        unwrittenMs.push(unwritten + (lateMs[index] ?? 0));
        unsyncedMs.push(lost - unwritten);
      }
      const said = new Map([...recorder.sealed].filter(([, { at }]) => at < cutAt));
      forgotten += heldAgainst(entries, said).forgotten.length;
      faults.push(
        ...spoolFaults({ entries, said, disagreements: [] }).map((fault) => `cut ${time + 1}: ${fault}`),
      );
      if ((time + 1) % 20 === 0) console.error(`${time + 1} of ${of.times} cuts`);
    }
  } finally {
    recorder.signal('SIGCONT');
    await recorder.kill('SIGTERM');
  }
  const figures = {
    cuts: lostMs.length / recorder.sources.length,
    sources: recorder.sources.length,
    lostMs: spread(lostMs),
    unsyncedMs: spread(unsyncedMs),
    unwrittenMs: spread(unwrittenMs),
    recoveredSegments: recovered,
    sealedAndForgotten: forgotten,
    hostFaults: faultsOf(recorder),
    disagreements: wrong,
  };
  return {
    figures,
    faults: [
      ...wrong,
      ...faults,
      ...faultsOf(recorder).map((code) => `the recorder that lost no power reported ${code}`),
      ...overFaults(unsyncedMs, promises.unsyncedMs, 'written and lost'),
      ...lossFaults(unwrittenMs, promises, 'not yet written'),
    ],
  };
}

/** That so small a disk is full within a day is true. */
function faultsOf({ faults }: ShippedRecorder): string[] {
  return faults.filter((what) => what !== 'disk-soon-full');
}

/** What a start does before the first capture, with what it finds on the disk: its identity, its devices, their passwords. */
async function startAgain(
  dataDirectory: string,
  of: Pick<ShippedRecorder, 'recorderId' | 'devices'>,
): Promise<{ readonly recovered: number; readonly faults: readonly string[] }> {
  const { recorderId } = await openIdentity(dataDirectory);
  const sealingKey = await openSealingKey(dataDirectory);
  const spool = await openSpoolIn(dataDirectory, recorderId);
  try {
    const { sealed, filesWithoutRow } = await recover(spool);
    const presence = await checkPresence({ spool, isAlone: true, signal: new AbortController().signal });
    const registry = new DeviceRegistry(spool, sealingKey);
    const devices = registry
      .list()
      .filter(({ deviceId }) => registry.connection(deviceId).login !== undefined);
    return {
      recovered: sealed.length,
      faults: [
        ...[...filesWithoutRow, ...presence.filesWithoutRow].map((name) => `nobody's file ${name}`),
        ...presence.rowsWithoutFile.map((segmentId) => `segment ${segmentId} without file`),
        ...spool.notices.filter(({ finding }) => finding !== 'on-memory').map(({ message }) => message),
        ...(recorderId === of.recorderId ? [] : [`another recorder, ${recorderId}`]),
        ...(devices.length === of.devices.length ? [] : [`only ${devices.length} devices`]),
      ],
    };
  } finally {
    spool.close();
  }
}
