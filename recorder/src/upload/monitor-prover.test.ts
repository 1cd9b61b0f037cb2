import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { receiptBytes } from '@minhbach/shared/ledger';
import type { ProofOutcome, ProofSubject } from '@minhbach/shared/protocol';
import {
  captureIdSchema,
  monitorIdSchema,
  newId,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMs,
} from '@minhbach/shared/units-of-measure';
import type { SpooledSegment } from '../spool/index.ts';
import { monitorProver, ProofUnavailable } from './prover.ts';

const recorderId = newId(recorderIdSchema);
const monitorId = newId(monitorIdSchema);
const [ours, another] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const publicKey = String(ours.publicKey.export({ format: 'jwk' }).x);
const sha256 = sha256HexSchema.parse('a'.repeat(64));
const never = new AbortController().signal;
const segment: SpooledSegment = {
  segmentId: newId(segmentIdSchema),
  sourceId: newId(sourceIdSchema),
  captureId: newId(captureIdSchema),
  startUtcMs: utcMs(1),
  endUtcMs: utcMs(2),
  firstTfdt: 0,
  timescale: 1,
  bytes: 500,
  initBytes: 1,
  fragments: 1,
  sha256,
  fragmentsRoot: sha256,
  codec: '',
  mime: '',
  keyframes: [],
  clockErrorMs: 0,
  recovered: false,
  key: `r/${recorderId}/s/x/1.mp4`,
  path: '/none',
  uploadState: 'uploaded',
  attempts: 1,
  nextAttemptAt: utcMs(0),
};

const receiptFor = (subject: ProofSubject, of = { recorderId, key: ours.privateKey }): ProofOutcome => {
  const at = utcMs(5);
  const bytes = receiptBytes({ recorderId: of.recorderId, subject, at });
  const signature = sign(null, bytes, of.key).toString('base64url');
  return { outcome: 'proven', receipt: { monitorId, at, signature } };
};

const proveWith = async (answer: (subject: ProofSubject) => ProofOutcome | Promise<ProofOutcome>) =>
  monitorProver({
    recorderId,
    monitor: () => ({ monitorId, publicKey, ask: async (subject) => answer(subject) }),
  }).prove(segment, { key: segment.key, sizeBytes: 500, versionId: 'v1' }, never);

test('takes the word of the monitor enrolled with, and keeps its receipt', async () => {
  expect(await proveWith((subject) => receiptFor(subject))).toMatchObject({
    verdict: 'proven',
    receipt: { monitorId },
  });
});

test.each<[string, (subject: ProofSubject) => ProofOutcome]>([
  ['another key', (subject) => receiptFor(subject, { recorderId, key: another.privateKey })],
  ['another version', (subject) => receiptFor({ ...subject, versionId: 'v0' })],
  [
    'no version',
    ({ segmentId, key, sha256, sizeBytes }) => receiptFor({ segmentId, key, sha256, sizeBytes }),
  ],
  ['other bytes', (subject) => receiptFor({ ...subject, sha256: sha256HexSchema.parse('b'.repeat(64)) })],
  ['another size', (subject) => receiptFor({ ...subject, sizeBytes: 499 })],
  ['another key in the archive', (subject) => receiptFor({ ...subject, key: 'r/x' })],
  [
    'another recorder',
    (subject) => receiptFor(subject, { recorderId: newId(recorderIdSchema), key: ours.privateKey }),
  ],
  [
    'another monitor',
    (subject) => {
      const answer = receiptFor(subject);
      return answer.outcome === 'proven'
        ? { ...answer, receipt: { ...answer.receipt, monitorId: newId(monitorIdSchema) } }
        : answer;
    },
  ],
])('a receipt of %s proves nothing', async (_name, answer) => {
  await expect(proveWith(answer)).rejects.toBeInstanceOf(ProofUnavailable);
});

test.each(['busy', 'archive-failed', 'refused'] as const)(
  '%s says nothing of the object',
  async (outcome) => {
    await expect(proveWith(() => ({ outcome, message: 'x' }))).rejects.toBeInstanceOf(ProofUnavailable);
  },
);

test.each(['other-bytes', 'not-found'] as const)('%s means that it is to be sent again', async (outcome) => {
  expect(await proveWith(() => ({ outcome, message: 'x' }))).toMatchObject({ verdict: 'different' });
});

test('waits while no monitor is there, or the line breaks', async () => {
  const alone = monitorProver({ recorderId, monitor: () => undefined });
  await expect(alone.prove(segment, { key: segment.key, sizeBytes: 500 }, never)).rejects.toThrow(
    /no home monitor/,
  );
  const broken = proveWith(async () => Promise.reject(new Error('lost')));
  await expect(broken).rejects.toBeInstanceOf(ProofUnavailable);
});
