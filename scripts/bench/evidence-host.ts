import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { packExport, readFrozenPlan } from '@minhbach/monitor-ui/server/evidence';
import { FootageBytes } from '@minhbach/monitor-ui/server/playback';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import { segmentIdSchema } from '@minhbach/shared/units-of-measure';
import { evidenceOrderSchema, type EvidenceOrder, type EvidenceReply } from './evidence-order.ts';
import { buildLedger, proveEntries } from './large-ledger.ts';
import { newSigner } from './packed-hour.ts';

/* Does what the order on stdin says and prints what it cost. */

async function worked(order: EvidenceOrder): Promise<Pick<EvidenceReply, 'clips' | 'inclusionProofMs'>> {
  switch (order.work) {
    case 'export':
      return exported(order);
    case 'build-ledger':
      buildLedger(order.file, order.entries);
      return {};
    case 'prove':
      return { inclusionProofMs: proveEntries(order.file, order.entries) };
    default:
      return order satisfies never;
  }
}

/** As a monitor makes it, with its films, from an archive in a directory: every minute there is the same object. */
async function exported(
  order: Extract<EvidenceOrder, { work: 'export' }>,
): Promise<{ readonly clips: number }> {
  const plan = await readFrozenPlan(order.plan);
  if (plan === undefined) throw new Error(`there is no plan in ${order.plan}`);
  const archive = await DirectoryObjectStore.open({ path: dirname(order.picture) });
  const offline = (): never => {
    throw new Error('there is no recorder');
  };
  const places = new Map(
    plan.sources.flatMap(({ kind, recorderId, segments }) =>
      segments.map(({ entry }) => [
        entry.segmentId,
        {
          state: 'sealed' as const,
          piece: { ...entry, sealed: true },
          objectKey: basename(kind === 'camera' ? order.picture : order.sound),
          ...{ recorderId, inArchive: true, inSpool: false, versionId: undefined, sha256: entry.sha256 },
        },
      ]),
    ),
  );
  const { clips } = await packExport(
    {
      catalogue: { place: (segmentId) => places.get(segmentIdSchema.parse(segmentId)) },
      bytes: new FootageBytes(archive, { fetchFootage: offline }),
      signer: (name) => newSigner(name, 'ed25519'),
      onClipFault: (fault) => console.error(fault),
    },
    plan,
    { file: order.file, onProgress: () => undefined, signal: new AbortController().signal },
  );
  return { clips };
}

const order = evidenceOrderSchema.parse(JSON.parse(await text(process.stdin)));
const baseMegabytes = Math.round(process.memoryUsage.rss() / 1e6);
const start = performance.now();
const figures = await worked(order);
const reply: EvidenceReply = {
  ...figures,
  seconds: (performance.now() - start) / 1_000,
  ...{ baseMegabytes, peakMegabytes: peakMegabytes() },
};
console.log(JSON.stringify(reply));

/** Of this program's memory alone: `ru_maxrss` begins at what the process that started this one had (proc(5), VmHWM). */
function peakMegabytes(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error('/proc/self/status says nothing of VmHWM');
  return Math.round((Number(kibibytes) * 1_024) / 1e6);
}
