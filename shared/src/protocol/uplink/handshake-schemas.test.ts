import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { monitorIdSchema, newId, recorderIdSchema } from '../../units-of-measure/index.ts';
import { enrolmentCodeSchema } from './enrolment-code.ts';
import { monitorMessageSchema, recorderMessageSchema, uplinkHelloSchema } from './message.ts';
import { uplinkTranscript } from './transcript.ts';

const fingerprint = createHash('sha256').update('key').digest('base64url');
const secret = 'abcdefghijklmnopqrstuv';

test('an enrolment code gives fingerprint and secret, also when pasted with a line break', () => {
  expect(enrolmentCodeSchema.parse(` mb1.${fingerprint}.${secret}\n`)).toEqual({
    monitorKeyFingerprint: fingerprint,
    secret,
  });
});

test.each([
  `mb2.${fingerprint}.${secret}`,
  `mb1.${fingerprint}.short`,
  `mb1.${fingerprint}`,
  '',
  `${fingerprint}.${secret}`,
])('%j is no enrolment code', (text) => expect(enrolmentCodeSchema.safeParse(text).success).toBe(false));

const names = {
  path: '/uplink',
  recorderId: newId(recorderIdSchema),
  monitorId: newId(monitorIdSchema),
  recorderNonce: 'r'.repeat(43),
  monitorNonce: 'm'.repeat(43),
} as const;

test('the transcript is these bytes and no others', () => {
  const text = new TextDecoder().decode(uplinkTranscript({ speaker: 'monitor', ...names }));
  expect(text).toBe(
    `minh-bach uplink v1\nmonitor\n/uplink\n${names.recorderId}\n${names.monitorId}\n${'r'.repeat(43)}\n${'m'.repeat(43)}\n`,
  );
});

test('each side, path and nonce makes another transcript', () => {
  const transcripts = [
    uplinkTranscript({ speaker: 'monitor', ...names }),
    uplinkTranscript({ speaker: 'recorder', ...names }),
    uplinkTranscript({ speaker: 'monitor', ...names, path: '/uplink/media' }),
    uplinkTranscript({ speaker: 'monitor', ...names, recorderNonce: 'x'.repeat(43) }),
    uplinkTranscript({ speaker: 'monitor', ...names, monitorNonce: 'x'.repeat(43) }),
  ];
  expect(new Set(transcripts.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(
    transcripts.length,
  );
});

const hello = {
  type: 'hello',
  protocol: 1,
  recorderId: newId(recorderIdSchema),
  publicKey: 'A'.repeat(43),
  nonce: 'B'.repeat(43),
};

test('messages are taken whole or not at all: no unknown field, no other length', () => {
  expect(uplinkHelloSchema.safeParse(hello).success).toBe(true);
  expect(uplinkHelloSchema.safeParse({ ...hello, extra: 1 }).success).toBe(false);
  expect(uplinkHelloSchema.safeParse({ ...hello, nonce: 'B'.repeat(44) }).success).toBe(false);
  expect(monitorMessageSchema.safeParse({ type: 'ping', id: 1, serverNow: 5 }).success).toBe(true);
  expect(monitorMessageSchema.safeParse({ type: 'reboot' }).success).toBe(false);
  expect(recorderMessageSchema.safeParse({ type: 'entries', generation: 0, entries: [] }).success).toBe(
    false,
  );
});
