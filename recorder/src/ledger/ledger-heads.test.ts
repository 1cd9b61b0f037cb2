import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import {
  canonicalJson,
  checkedSignatures,
  formatNote,
  LedgerError,
  MerkleRoot,
  parseCheckpoint,
  parseNote,
  recorderOrigin,
  signNoteText,
  verifierKey,
  withSignature,
} from '@minhbach/shared/ledger';
import { newId, recorderIdSchema } from '@minhbach/shared/units-of-measure';
import { checkSpool } from '../fsck/index.ts';
import { openSpool, type Spool } from '../spool/index.ts';
import { headMigrations, LedgerHeads } from './index.ts';

const recorderId = newId(recorderIdSchema);
const pair = generateKeyPairSync('ed25519');
const publicKey = String(pair.publicKey.export({ format: 'jwk' }).x);
const raw = new Uint8Array(Buffer.from(publicKey, 'base64url'));
const witnessPair = generateKeyPairSync('ed25519');
const witnessRaw = new Uint8Array(
  Buffer.from(String(witnessPair.publicKey.export({ format: 'jwk' }).x), 'base64url'),
);
const witness = {
  key: verifierKey('minhbach/w/test', 'cosignature', witnessRaw),
  privateKey: witnessPair.privateKey,
};

let directory: string;
let spool: Spool;
let heads: LedgerHeads;

async function open(): Promise<void> {
  spool = await openSpool({ directory, clock: systemClock, recorderId, migrations: headMigrations });
  heads = new LedgerHeads({
    ...{ recorderId, publicKey, clock: systemClock, ledger: spool },
    sign: (bytes) => sign(null, bytes, pair.privateKey).toString('base64url'),
  });
}

const state = (nth: number) =>
  spool.appendEntry({ kind: 'recorder-started', version: `0.0.${nth}`, boot: 'boot' });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mb-heads-'));
  await open();
});
afterEach(async () => {
  spool.close();
  await rm(directory, { recursive: true });
});

function expectedRoot(): string {
  const tree = new MerkleRoot();
  for (const entry of spool.readEntries(0, 100_000)) tree.append(Buffer.from(canonicalJson(entry)));
  return Buffer.from(tree.root()).toString('hex');
}

function cosigned(note: string): string {
  const parsed = parseNote(note);
  return formatNote(withSignature(parsed, signNoteText(parsed.text, witness, 1_700_000_000)));
}

describe('heads of the recorder’s ledger', () => {
  it('are over every entry, signed under the ledger’s name, and only when something is new', async () => {
    expect(heads.list()).toEqual([]);
    for (let nth = 0; nth < 600; nth += 1) state(nth);
    let told = 0;
    heads.onSigned(() => (told += 1));
    await heads.sign();
    await heads.sign();
    expect(told).toBe(1);
    const [head] = heads.list();
    expect(head).toMatchObject({ generation: 0, size: 600, root: expectedRoot() });
    const origin = recorderOrigin(recorderId, 0);
    const note = parseNote(head?.note ?? '');
    expect(parseCheckpoint(note.text)).toMatchObject({ origin, size: 600 });
    expect(checkedSignatures(note, [verifierKey(origin, 'ed25519', raw)])).toHaveLength(1);
  });

  it('grow over a restart, and are the same when the tiles were lost', async () => {
    for (let nth = 0; nth < 300; nth += 1) state(nth);
    await heads.sign();
    spool.close();
    await open();
    state(300);
    await heads.sign();
    expect(heads.list()[0]).toMatchObject({ size: 301, root: expectedRoot() });
    spool.database.exec('DELETE FROM ledger_tile; DELETE FROM ledger_head');
    await heads.sign();
    expect(heads.list()[0]).toMatchObject({ size: 301, root: expectedRoot() });
  });

  it('a counter-signature is stated once, and is no reason for another head', async () => {
    state(1);
    await heads.sign();
    const note = cosigned(heads.list()[0]?.note ?? '');
    heads.noteWitnessed(0, note);
    heads.noteWitnessed(0, note);
    expect(spool.readEntries(1, 10)).toMatchObject([
      {
        kind: 'head-witnessed',
        ...{ generation: 0, size: 1, witness: 'minhbach/w/test', witnessedAt: 1_700_000_000_000 },
      },
    ]);
    await heads.sign();
    expect(heads.list()[0]?.size).toBe(1);
    state(2);
    await heads.sign();
    expect(heads.list()[0]?.size).toBe(3);
  });

  it('an entry rewritten under a head, well formed and all, is named by fsck', async () => {
    for (let nth = 0; nth < 5; nth += 1) state(nth);
    await heads.sign();
    state(5);
    const codes = async () => {
      const found: string[] = [];
      await checkSpool({
        ...{ directory, quick: true, signal: AbortSignal.timeout(10_000) },
        onDisagreement: ({ code, where }) => void found.push(`${code} ${where}`),
      });
      return found;
    };
    expect(await codes()).toEqual([]);
    spool.database.exec("UPDATE entry SET json = replace(json, '0.0.3', '0.0.9') WHERE ordinal = 3");
    expect(await codes()).toContain('head-differs generation 0, entries 0 to 4');
  });

  it('damaged tiles are made again; over entries changed under a head nothing more is signed', async () => {
    for (let nth = 0; nth < 300; nth += 1) state(nth);
    await heads.sign();
    spool.database.exec('UPDATE ledger_tile SET hashes = zeroblob(length(hashes))');
    state(300);
    await heads.sign();
    const signed = heads.list()[0];
    expect(signed).toMatchObject({ size: 301, root: expectedRoot() });
    spool.database.exec("UPDATE entry SET json = replace(json, '0.0.7\"', '0.0.x\"') WHERE ordinal = 7");
    spool.database.exec('UPDATE ledger_tile SET hashes = zeroblob(length(hashes))');
    state(301);
    await expect(heads.sign()).rejects.toThrow(RangeError);
    expect(heads.list()[0]).toEqual(signed);
  });

  it('takes no counter-signature under a head that is not its own, and none that is missing', async () => {
    state(1);
    await heads.sign();
    const own = heads.list()[0]?.note ?? '';
    expect(() => heads.noteWitnessed(0, own)).toThrow(LedgerError);
    const other = own.replace(/\n1\n/, '\n2\n');
    expect(() => heads.noteWitnessed(0, cosigned(other))).toThrow(LedgerError);
    expect(spool.ledgerSize()).toBe(1);
  });
});
