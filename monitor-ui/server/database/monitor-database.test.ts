import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MonitorDatabase } from './monitor-database.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'monitor-database-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

interface Tables {
  note: { id: number; text: string };
}
const first = {
  name: 'note',
  up: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; -- one',
};
const second = {
  name: 'note-is-final',
  up: `CREATE TRIGGER note_is_final BEFORE UPDATE ON note BEGIN
  SELECT RAISE(ABORT, 'final');
END;
CREATE INDEX note_by_text ON note (text);`,
};

test('every open commits durably: this build forgets it from the second open on', async () => {
  for (let opened = 0; opened < 3; opened += 1) {
    const database = await MonitorDatabase.open(join(directory, 'd.db'), [first]);
    expect(database.sqlite.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    database.close();
  }
});

test('steps are taken once, in order, and a newer file is refused with a sentence', async () => {
  const file = join(directory, 'd.db');
  (await MonitorDatabase.open(file, [first])).close();
  const database = await MonitorDatabase.open(file, [first, second]);
  const tables = database.tables<Tables>();
  expect(database.run(tables.insertInto('note').values({ id: 1, text: "a 'quoted' đ" }))).toBe(1);
  expect(() => database.run(tables.updateTable('note').set({ text: 'b' }))).toThrow('final');
  expect(database.all(tables.selectFrom('note').selectAll())).toEqual([{ id: 1, text: "a 'quoted' đ" }]);
  database.close();
  await expect(MonitorDatabase.open(file, [first])).rejects.toThrow(/newer version/);
});

test('a transaction that throws leaves nothing behind', async () => {
  const database = await MonitorDatabase.open(':memory:', [first]);
  const tables = database.tables<Tables>();
  expect(() =>
    database.transaction(() => {
      database.run(tables.insertInto('note').values({ id: 1, text: 'x' }));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(database.first(tables.selectFrom('note').selectAll())).toBeUndefined();
  database.close();
});
