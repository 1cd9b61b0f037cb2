import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@minhbach/shared/clock';
import { receiptBytes } from '@minhbach/shared/ledger';
import { DirectoryObjectStore } from '@minhbach/shared/object-store';
import {
  monitorIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
} from '@minhbach/shared/units-of-measure';
import { ObjectProver } from './object-prover.ts';

const pair = generateKeyPairSync('ed25519');
const identity = {
  monitorId: newId(monitorIdSchema),
  publicKey: String(pair.publicKey.export({ format: 'jwk' }).x),
  sign: (bytes: Uint8Array) => sign(null, bytes, pair.privateKey).toString('base64url'),
};
const recorderId = newId(recorderIdSchema);
const never = new AbortController().signal;
let directory: string;
let archive: DirectoryObjectStore;
let prover: ObjectProver;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'object-prover-'));
  archive = await DirectoryObjectStore.open({ path: directory });
  prover = new ObjectProver({ archive, identity, clock: systemClock });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const digest = (body: Buffer) => sha256HexSchema.parse(createHash('sha256').update(body).digest('hex'));
async function stored(body: Buffer, key = `r/${recorderId}/s/x/${newId(segmentIdSchema)}.mp4`) {
  const sha256 = digest(body);
  await archive.put(key, body, { sha256, contentType: 'video/mp4', signal: never });
  return { segmentId: newId(segmentIdSchema), key, sha256, sizeBytes: body.length };
}

test('signs for the bytes it read itself', async () => {
  const subject = await stored(randomBytes(10_000));
  const answer = await prover.prove(recorderId, subject, never);
  if (answer.outcome !== 'proven') throw new Error(answer.message);
  const { at, signature } = answer.receipt;
  const signed = receiptBytes({ recorderId, subject, at });
  expect(verify(null, signed, pair.publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

test.each([
  ['of one byte more', (body: Buffer) => Buffer.concat([body, Buffer.from('x')])],
  ['cut short', (body: Buffer) => body.subarray(1)],
  [
    'with one bit changed',
    (body: Buffer) => Buffer.from(body.map((byte, index) => (index === 0 ? byte ^ 1 : byte))),
  ],
])('does not sign for bytes %s', async (_name, change) => {
  const body = randomBytes(10_000);
  const { key, segmentId } = await stored(change(body));
  const subject = { segmentId, key, sha256: digest(body), sizeBytes: body.length };
  expect(await prover.prove(recorderId, subject, never)).toMatchObject({ outcome: 'other-bytes' });
});

test('says what is not there, and of an archive that fails that nothing is known', async () => {
  const subject = await stored(randomBytes(100));
  await rm(join(directory, subject.key));
  expect(await prover.prove(recorderId, subject, never)).toMatchObject({ outcome: 'not-found' });
  await rm(directory, { recursive: true });
  expect(await prover.prove(recorderId, subject, never)).toMatchObject({ outcome: 'archive-failed' });
});

test("reads nothing but the asking recorder's own segments", async () => {
  const subject = await stored(randomBytes(100), `r/${newId(recorderIdSchema)}/s/x/1.mp4`);
  expect(await prover.prove(recorderId, subject, never)).toMatchObject({ outcome: 'refused' });
  const huge = { ...subject, key: `r/${recorderId}/s/x/1.mp4`, sizeBytes: 2 ** 30 };
  expect(await prover.prove(recorderId, huge, never)).toMatchObject({ outcome: 'refused' });
});

test('reads few at once, takes turns, and is busy for who asks for too much', async () => {
  let reading = 0;
  let most = 0;
  const body = Buffer.from('footage');
  const slow = {
    get: async () => {
      reading += 1;
      most = Math.max(most, reading);
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading -= 1;
      return Readable.from([body]);
    },
  };
  prover = new ObjectProver({ archive: slow, identity, clock: systemClock, parallel: 2, perRecorder: 6 });
  const subject = {
    segmentId: newId(segmentIdSchema),
    key: `r/${recorderId}/s/x/1.mp4`,
    sha256: digest(body),
    sizeBytes: body.length,
  };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => prover.prove(recorderId, subject, never)),
  );
  expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
    'busy',
    'busy',
    ...Array.from({ length: 6 }, () => 'proven'),
  ]);
  expect(most).toBe(2);
  expect(await prover.prove(recorderId, subject, never)).toMatchObject({ outcome: 'proven' });
});
