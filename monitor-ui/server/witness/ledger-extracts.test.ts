import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  canonicalJson,
  checkpointText,
  parseCheckpoint,
  parseNote,
  recorderOrigin,
  signedNote,
  verifierKey,
  type NoteSigner,
} from '@minhbach/shared/ledger';
import { newId, recorderIdSchema, sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { MonitorDatabase } from '../database/index.ts';
import { databaseSchema } from '../schema.ts';
import { LedgerExtracts } from './ledger-extracts.ts';
import { LedgerTrees } from './ledger-trees.ts';
import { RecorderLedgers } from './recorder-ledgers.ts';

const recorderId = newId(recorderIdSchema);
const origin = recorderOrigin(recorderId, 0);
let database: MonitorDatabase;
let trees: LedgerTrees;
let ledgers: RecorderLedgers;

const signer = (name: string): NoteSigner => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
  return { key: verifierKey(name, 'cosignature', raw), privateKey };
};
const inside = signer('minhbach/w/own');
const outside = signer('thanh-tra.example.vn/minh-bach');

beforeEach(async () => {
  database = await MonitorDatabase.open(':memory:', databaseSchema);
  trees = new LedgerTrees(database);
  ledgers = new RecorderLedgers(database);
  const insert = database.sqlite.prepare(
    'INSERT INTO recorder_entry (recorder_id, generation, seq, at, kind, body) VALUES (?, 0, ?, ?, ?, ?)',
  );
  for (let seq = 0; seq < 3; seq += 1) {
    const body = canonicalJson({ seq, at: seq, kind: 'clock' });
    insert.run(recorderId, seq, seq, 'clock', body);
  }
});
afterEach(() => database.close());

function head(size: number, by: NoteSigner): void {
  const root = trees.grown(origin, size, ledgers.texts(recorderId, 0)).root(size);
  const note = signedNote(checkpointText({ origin, size, root }), by, 1);
  const hex = sha256HexSchema.parse(Buffer.from(root).toString('hex'));
  trees.add(origin, { size, root: hex, note, signedAt: utcMs(size) });
}

function sizeOfExtract(seqs: readonly number[], known: readonly NoteSigner[]): number | undefined {
  const extracts = new LedgerExtracts({
    ...{ trees, ledgers, publicKeyOf: () => 'key', outside: known.map(({ key }) => key) },
  });
  const extract = extracts.extract(recorderId, 0, seqs);
  return extract && parseCheckpoint(parseNote(extract.checkpoint).text).size;
}

test('of the heads over what is asked for, one that a witness elsewhere signed is taken, else the newest', () => {
  expect(sizeOfExtract([0], [outside])).toBeUndefined();
  head(2, outside);
  head(3, inside);
  expect(sizeOfExtract([0, 1], [outside])).toBe(2);
  expect(sizeOfExtract([0, 1], [])).toBe(3);
  expect(sizeOfExtract([2], [outside])).toBe(3);
});
