import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '@minhbach/shared/clock';
import { fragmentsRoot } from '@minhbach/shared/ledger';
import type { ObjectStore, ObjectStoreSettings } from '@minhbach/shared/object-store';
import type { RecorderFaultKind, SegmentSealed } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import { FaultBoard, watchFaults } from '../../recorder/src/faults/index.ts';
import { checkSpool, type Disagreement } from '../../recorder/src/fsck/index.ts';
import { takeOutIfDamaged } from '../../recorder/src/segments/index.ts';
import { openSpool, type Spool } from '../../recorder/src/spool/index.ts';
import { ArchiveUploads, WantedFootage } from '../../recorder/src/upload/index.ts';
import { sampleFootage, sha256Of } from './sample-footage.ts';
import { until } from './until.ts';

const secondMs = 1_000;
const sampleS = 40;
const never = new AbortController().signal;

/** A recorder's spool of one source with real footage, a second each, its uploads and its fault board, without a camera. */
export class UploadBench {
  readonly spool: Spool;
  readonly sealed: SegmentSealed[] = [];
  readonly log: string[] = [];
  readonly board = new FaultBoard(systemClock);
  readonly #directory: string;
  readonly #sourceId = newId(sourceIdSchema);
  readonly #captureId = newId(captureIdSchema);
  /** For how long the home monitor said that the counter is kept. */
  counterDays: number | undefined;
  #nextMs: number;
  #made = 0;
  #uploads: ArchiveUploads | undefined;
  #stopping = new AbortController();
  #running: Promise<void> | undefined;

  private constructor(directory: string, spool: Spool, firstMs: number) {
    this.#directory = directory;
    this.spool = spool;
    this.#nextMs = firstMs;
  }

  /** Its footage begins at `firstMs`, ten minutes ago unless given. */
  static async open(firstMs = Date.now() - 600_000): Promise<UploadBench> {
    const directory = await mkdtemp(join(tmpdir(), 'upload-bench-'));
    const spool = await openSpool({ directory, clock: systemClock, recorderId: newId(recorderIdSchema) });
    return new UploadBench(directory, spool, firstMs);
  }

  async close(): Promise<void> {
    await this.stopUploads();
    this.spool.close();
    await rm(this.#directory, { recursive: true });
  }

  async seal(count: number, kind: Parameters<typeof sampleFootage>[0] = 'h264'): Promise<SegmentSealed[]> {
    const sealed: SegmentSealed[] = [];
    for (let left = count; left > 0; left -= 1) {
      const segment = await this.#sealOne(kind);
      this.#uploads?.sealed(segment);
      sealed.push(segment);
    }
    this.sealed.push(...sealed);
    return sealed;
  }

  startUploads(of: {
    readonly store: ObjectStore;
    readonly settings: ObjectStoreSettings;
    readonly upload?: Partial<ConstructorParameters<typeof ArchiveUploads>[0]['upload']>;
    readonly thumbnails?: ConstructorParameters<typeof ArchiveUploads>[0]['thumbnails'];
  }): ArchiveUploads {
    const { spool, board } = this;
    this.#stopping = new AbortController();
    this.#uploads = new ArchiveUploads({
      store: of.store,
      archive: of.settings,
      upload: { parallel: 3, timeZone: 'Asia/Ho_Chi_Minh', proveBy: 'recorder', ...of.upload },
      thumbnails: of.thumbnails,
      cacheBytes: 1e9,
      pauses: { firstMs: 50, maxMs: 500 },
      wanted: new WantedFootage(systemClock),
      monitor: () => undefined,
      counterDays: () => this.counterDays,
      isSpoolShort: () => false,
      // As the recorder has it.
      onNotProven: (message) => board.happened({ kind: 'proof-failed', evidence: message }),
      onFileDamaged: async (segmentId) => void (await takeOutIfDamaged(spool, segmentId)),
      clock: systemClock,
      logger: pino({ level: 'info' }, { write: (text: string) => void this.log.push(text) }),
      spool,
    });
    this.#running = this.#uploads.run(this.#stopping.signal);
    return this.#uploads;
  }

  async stopUploads(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#running = undefined;
  }

  /** Everything that was sealed is proven. */
  async archived(): Promise<void> {
    await until(() => this.spool.notYetProven() === 0, 30_000);
  }

  said(words: string): boolean {
    return this.log.some((line) => line.includes(words));
  }

  /** What the monitors would be told of now, were there no time of grace. */
  faults(): RecorderFaultKind[] {
    const uploads = this.#uploads;
    watchFaults({
      board: this.board,
      clock: systemClock,
      rules: { spoolAgeMs: 3_600_000, archiveGraceMs: 0 },
      diskFault: () => undefined,
      oldestUnproven: () => this.spool.oldestUnproven(),
      archiveFailingSinceMs: () =>
        uploads?.archive.state === 'failing' ? uploads.archive.sinceMs : undefined,
    });
    return this.board.list().map(({ kind }) => kind);
  }

  /** The version proven of each segment's object, one item for each time that it was stated. */
  proven(): { readonly key: string; readonly versionId: string | undefined }[] {
    return this.spool
      .readEntries(0, 10_000)
      .flatMap((entry) =>
        entry.kind === 'segment-proven' ? [{ key: entry.key, versionId: entry.versionId }] : [],
      );
  }

  /** What fsck names, the archive's objects included. */
  async disagreements(store: ObjectStore): Promise<Disagreement[]> {
    const found: Disagreement[] = [];
    await checkSpool({
      ...{ directory: this.#directory, quick: false, store, signal: never },
      onDisagreement: (disagreement) => void found.push(disagreement),
    });
    return found;
  }

  async keysIn(store: ObjectStore): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.list(`r/${this.spool.recorderId}/`, { signal: never })) keys.push(key);
    return keys;
  }

  async #sealOne(kind: Parameters<typeof sampleFootage>[0]): Promise<SegmentSealed> {
    const { init, facts, fragments } = sampleFootage(kind, kind === 'h264' ? sampleS : 2, '640x360');
    // Of sound, every fragment is one to begin with.
    const starts = fragments.flatMap(({ keyframe }, index) => (keyframe ? [index] : []));
    const cut = this.#made % starts.length;
    this.#made += 1;
    const pieces = fragments.slice(starts[cut], starts[cut + 1]);
    const bytes = Buffer.concat([init, ...pieces.map((piece) => piece.bytes)]);
    const segmentId = newId(segmentIdSchema);
    const fileName = `${segmentId}.mp4`;
    await writeFile(join(this.spool.folders.sealed, fileName), bytes);
    const startMs = this.#nextMs;
    this.#nextMs += secondMs;
    return this.spool.sealSegment({
      ...{ segmentId, sourceId: this.#sourceId, captureId: this.#captureId, fileName },
      startUtcMs: utcMs(startMs),
      endUtcMs: utcMs(startMs + secondMs),
      firstTfdt: pieces[0]?.tfdt ?? 0,
      timescale: facts.timescale,
      bytes: bytes.length,
      initBytes: init.length,
      fragments: pieces.length,
      sha256: sha256HexSchema.parse(sha256Of(bytes)),
      fragmentsRoot: sha256HexSchema.parse(
        fragmentsRoot(
          init,
          pieces.map((piece) => piece.bytes),
        ),
      ),
      codec: facts.codec,
      mime: facts.mime,
      keyframes: facts.trackKind === 'picture' ? [0] : [],
      clockErrorMs: 1,
      recovered: false,
    });
  }
}
