import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { packExport } from '@minhbach/monitor-ui/server/evidence';
import { FootageBytes } from '@minhbach/monitor-ui/server/playback';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import { segmentIdSchema } from '@minhbach/shared/units-of-measure';
import { evidenceOrderSchema, type EvidenceOrder, type EvidenceReply } from './evidence-order.ts';
import { buildLedger, proveEntries } from './large-ledger.ts';
import { planOf } from './packed-hour.ts';

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
  const files = { picture: order.picture, sound: order.sound };
  const { plan } = await planOf(files, order.minutes, order.cameras);
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
          objectKey: basename(kind === 'camera' ? files.picture : files.sound),
          ...{ recorderId, inArchive: true, inSpool: false, versionId: undefined, sha256: entry.sha256 },
        },
      ]),
    ),
  );
  const act = { atUtcMs: 0, role: 'bench', unitId: 'bench', person: '0'.repeat(64) };
  const { clips } = await packExport(
    {
      catalogue: { place: (segmentId) => places.get(segmentIdSchema.parse(segmentId)) },
      bytes: new FootageBytes(archive, { fetchFootage: offline }),
      signer: () => plan.signer,
      onClipFault: (fault) => console.error(fault),
    },
    {
      manifest: plan.manifest,
      readMe: '<!doctype html><title>bench</title>',
      custody: {
        ...{ exportId: plan.manifest.packageId, monitorId: plan.manifest.monitorId },
        ...{ asked: act, agreed: act, reason: '0'.repeat(64) },
      },
      ledgers: [...plan.ledgers],
      sources: plan.sources.map(({ segments, ...source }) => ({
        ...source,
        segments: segments.map(({ entry, generation }) => ({ entry, generation })),
      })),
    },
    { file: order.file, onProgress: () => undefined, signal: new AbortController().signal },
  );
  return { clips };
}

const order = evidenceOrderSchema.parse(JSON.parse(await text(process.stdin)));
const start = performance.now();
const figures = await worked(order);
const reply: EvidenceReply = {
  ...figures,
  seconds: (performance.now() - start) / 1_000,
  peakMegabytes: Math.round((process.resourceUsage().maxRSS * 1_024) / 1e6),
};
console.log(JSON.stringify(reply));
