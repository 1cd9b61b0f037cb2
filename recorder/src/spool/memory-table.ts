import type Database from 'better-sqlite3';
import type { Quality } from '@minhbach/shared/protocol';
import type { DeviceId } from '@minhbach/shared/units-of-measure';

/** What only costs time when it is lost: the `memory` and `device_stream` tables. */
export class MemoryTable {
  #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  recall(name: string): unknown {
    const json = this.#database
      .prepare<[string], string>('SELECT json FROM memory WHERE name = ?')
      .pluck()
      .get(name);
    return json === undefined ? undefined : JSON.parse(json);
  }

  remember(name: string, value: object): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO memory (name, json) VALUES (?, ?)')
      .run(name, JSON.stringify(value));
  }

  stream(deviceId: DeviceId, quality: Quality): unknown {
    const json = this.#database
      .prepare<[string, string], string>('SELECT json FROM device_stream WHERE device_id = ? AND quality = ?')
      .pluck()
      .get(deviceId, quality);
    return json === undefined ? undefined : JSON.parse(json);
  }

  /** `undefined` forgets. */
  rememberStream(deviceId: DeviceId, quality: Quality, stream: object | undefined): void {
    if (stream === undefined) {
      this.#database
        .prepare('DELETE FROM device_stream WHERE device_id = ? AND quality = ?')
        .run(deviceId, quality);
    } else {
      this.#database
        .prepare('INSERT OR REPLACE INTO device_stream (device_id, quality, json) VALUES (?, ?, ?)')
        .run(deviceId, quality, JSON.stringify(stream));
    }
  }
}
