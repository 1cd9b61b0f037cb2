import { join } from 'node:path';
import { Readable } from 'node:stream';
import { monitorSignerName, recorderOrigin, type Trust } from '@minhbach/shared/evidence';
import type { NoteSigner } from '@minhbach/shared/ledger';
import { utcMs } from '@minhbach/shared/units-of-measure';
import { ExportRuns, Exports, FootageEntries, readMeHtml } from '../../monitor-ui/server/evidence/index.ts';
import { FootageBytes } from '../../monitor-ui/server/playback/index.ts';
import type { RetentionBench } from './retention-bench.ts';
import { base64url, newSigner, signedExtract } from './signed-ledger.ts';

/** The room of exports over a real database and archive; only the witness's heads are made by the test. */
export class ExportBench {
  readonly recorder: NoteSigner;
  readonly witness = newSigner('minhbach/w/inspectorate', 'cosignature');
  readonly monitor: NoteSigner;
  readonly faults: unknown[] = [];
  /** Whether a checkpoint covers what was stated. */
  isWitnessed = true;
  readonly #bench: RetentionBench;

  constructor(bench: RetentionBench) {
    this.#bench = bench;
    this.recorder = newSigner(recorderOrigin(bench.recorderId, 0), 'ed25519');
    this.monitor = newSigner(monitorSignerName(bench.identity.monitorId), 'ed25519');
  }

  get trust(): Trust {
    const { recorderId, identity } = this.#bench;
    return {
      keys: [
        { recorderId, publicKey: base64url(this.recorder.key.publicKey) },
        { monitorId: identity.monitorId, publicKey: base64url(this.monitor.key.publicKey) },
        { witness: this.witness.key.name, publicKey: base64url(this.witness.key.publicKey) },
      ],
    };
  }

  /** Made anew for each call, as by a monitor that was restarted; not begun yet. */
  rooms() {
    const bench = this.#bench;
    const { database, clock, store, counterId, recorderId } = bench;
    const { approvals, audit, catalogue, sight } = bench.rooms();
    const uplink = { fetchFootage: () => Readable.from([]) };
    const source = (id: typeof bench.camera, kind: 'camera' | 'microphone') => ({
      ...{ id, kind, name: kind, counterId, recorderId, hasSubStream: false },
      ...{ registeredAt: utcMs(0), since: utcMs(0), state: 'recording' as const },
    });
    const runs = new ExportRuns({
      plan: {
        entries: new FootageEntries(database),
        ledgers: {
          extract: (_recorder, generation, seqs) =>
            this.isWitnessed ? this.#extract(generation, seqs) : undefined,
        },
        sourcesOf: () => [source(bench.camera, 'camera'), source(bench.microphone, 'microphone')],
        placeOf: () => ({ name: 'Quầy 1', site: 'Điểm', unit: 'Đơn vị' }),
        identity: {
          monitorId: bench.identity.monitorId,
          publicKey: base64url(this.monitor.key.publicKey),
        },
        readMe: readMeHtml,
      },
      pack: {
        catalogue,
        bytes: new FootageBytes(store, uplink),
        signer: () => this.monitor,
        onClipFault: (fault) => void this.faults.push(fault),
      },
      clock: { ...clock, sleep: async (_ms, signal) => untilAborted(signal, 20) },
      directory: join(bench.directory, 'exports'),
      everyMs: 20,
      onFault: (error) => void this.faults.push(error),
    });
    const exports = new Exports({
      ...{ database, audit, sight, clock, approvals },
      caseCovers: () => true,
      progressOf: (id) => runs.progressOf(id),
      changed: () => runs.changed(),
    });
    return { approvals, audit, exports, runs };
  }

  #extract(generation: number, seqs: readonly number[]) {
    const texts = this.#bench.database.sqlite
      .prepare<[string, number], { body: string }>(
        'SELECT body FROM recorder_entry WHERE recorder_id = ? AND generation = ? ORDER BY seq',
      )
      .all(this.#bench.recorderId, generation)
      .map(({ body }) => body);
    const { recorderId } = this.#bench;
    const { recorder, witness } = this;
    return signedExtract({ texts, seqs, recorderId, generation, recorder, witness, atUnixS: 1_790_000_000 });
  }
}

async function untilAborted(signal: AbortSignal | undefined, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
