import type Database from 'better-sqlite3';
import { tileWidth } from '@minhbach/shared/ledger';
import { entryBundleKey, ObjectStoreError, type ObjectStore } from '@minhbach/shared/object-store';
import type { RecorderId } from '@minhbach/shared/units-of-measure';
import type { MonitorDatabase } from '../database/index.ts';
import { bundleBody, bundleContentType } from './entry-bundle.ts';

interface Log {
  readonly recorder_id: RecorderId;
  readonly generation: number;
}
interface Stored {
  readonly bundle: number;
  readonly width: number;
  readonly object_key: string;
  readonly version_id: string | null;
}

/**
 * Puts what recorders stated into the archive too, so that the archive alone tells what it holds: bundles of 256 entries,
 * the last one as wide as there are entries, replaced by a wider one in time.
 */
export class EntryBundler {
  readonly #store: ObjectStore;
  readonly #onFault: (error: unknown) => void;
  readonly #nextLog: Database.Statement<[string, number], Log>;
  readonly #lastSeq: Database.Statement<[string, number], { seq: number }>;
  readonly #lastStored: Database.Statement<[string, number], Stored>;
  readonly #texts: Database.Statement<[string, number, number, number], { body: string }>;
  readonly #note: Database.Statement<[string, number, number, number, string, string | null]>;

  /** `onFault` is told of what the archive refuses for good; what may pass is thrown by `run`. */
  constructor(database: MonitorDatabase, store: ObjectStore, onFault: (error: unknown) => void) {
    const { sqlite } = database;
    this.#store = store;
    this.#onFault = onFault;
    this.#nextLog = sqlite.prepare(
      `SELECT recorder_id, generation FROM recorder_entry WHERE (recorder_id, generation) > (?, ?)
       ORDER BY recorder_id, generation LIMIT 1`,
    );
    this.#lastSeq = sqlite.prepare(
      'SELECT seq FROM recorder_entry WHERE recorder_id = ? AND generation = ? ORDER BY seq DESC LIMIT 1',
    );
    this.#lastStored = sqlite.prepare(
      `SELECT bundle, width, object_key, version_id FROM entry_bundle WHERE recorder_id = ? AND generation = ?
       ORDER BY bundle DESC LIMIT 1`,
    );
    this.#texts = sqlite.prepare(
      `SELECT body FROM recorder_entry WHERE recorder_id = ? AND generation = ? AND seq >= ? ORDER BY seq LIMIT ?`,
    );
    this.#note = sqlite.prepare(
      `INSERT OR REPLACE INTO entry_bundle (recorder_id, generation, bundle, width, object_key, version_id)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
  }

  /** Everything stated before the call is in the archive on return. Rejects with what keeps it from that. */
  async run(signal: AbortSignal): Promise<void> {
    for (let log = this.#nextLog.get('', -1); log; log = this.#nextLog.get(log.recorder_id, log.generation)) {
      try {
        await this.#runLog(log, signal);
      } catch (error) {
        // Other bytes under a bundle's name: one log's trouble must not keep the others out of the archive.
        if (!(error instanceof ObjectStoreError) || error.retryable || signal.aborted) throw error;
        this.#onFault(error);
      }
    }
  }

  async #runLog({ recorder_id: recorderId, generation }: Log, signal: AbortSignal): Promise<void> {
    const size = (this.#lastSeq.get(recorderId, generation)?.seq ?? -1) + 1;
    let stored = this.#lastStored.get(recorderId, generation);
    let bundle = stored === undefined ? 0 : stored.bundle + (stored.width === tileWidth ? 1 : 0);
    for (; bundle * tileWidth < size; bundle += 1) {
      const width = Math.min(tileWidth, size - bundle * tileWidth);
      const narrower = stored?.bundle === bundle ? stored : undefined;
      if (narrower?.width === width) return;
      const rows = this.#texts.all(recorderId, generation, bundle * tileWidth, width);
      const { body, sha256 } = bundleBody(rows.map((row) => row.body));
      const key = entryBundleKey({ recorderId, generation, bundle, width });
      const object = await this.#store.put(key, body, { sha256, contentType: bundleContentType, signal });
      this.#note.run(recorderId, generation, bundle, width, key, object.versionId ?? null);
      stored = { bundle, width, object_key: key, version_id: object.versionId ?? null };
      // Left behind when we die here: readers take the widest.
      if (narrower !== undefined) {
        const versionId = narrower.version_id ?? undefined;
        await this.#store.remove(narrower.object_key, { versionId, signal });
      }
    }
  }
}
