import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import {
  uplinkChallengeSchema,
  uplinkHelloSchema,
  uplinkProtocolVersion,
  uplinkProveSchema,
  uplinkRefusedSchema,
  uplinkTranscript,
  uplinkWelcomeSchema,
} from '@minhbach/shared/protocol';
import type { RecorderId, SiteId } from '@minhbach/shared/units-of-measure';
import { MessageInbox } from './message-inbox.ts';
import { isSignedBy } from './signature.ts';
import type { EnrolmentBook, LedgerPosition, MonitorIdentity } from './uplink-ports.ts';

export type UplinkPath = '/uplink' | '/uplink/media';
export type RefusalCode = z.infer<typeof uplinkRefusedSchema>['code'];

export class HandshakeRefused extends Error {
  readonly code: RefusalCode;
  /** Set once the caller has proved that it holds this recorder's key. */
  readonly recorderId: RecorderId | undefined;

  constructor(code: RefusalCode, message: string, recorderId?: RecorderId) {
    super(message);
    this.name = 'HandshakeRefused';
    this.code = code;
    this.recorderId = recorderId;
  }
}

export interface HandshakeParts {
  readonly identity: MonitorIdentity;
  readonly book: EnrolmentBook;
  readonly clock: Clock;
  readonly position: (recorderId: RecorderId) => LedgerPosition;
  /** Whether this recorder has a live connection on this path. */
  readonly isConnected: (recorderId: RecorderId) => boolean;
  readonly stepDeadlineMs?: number;
}

export interface Handshaken {
  readonly recorderId: RecorderId;
  readonly siteId: SiteId;
}

/**
 * Our side of `hello, challenge, prove, welcome`. On return both sides have proved themselves, a first-time recorder
 * is enrolled and `welcome` is sent. Rejects with `HandshakeRefused` after having said so, or `UplinkError`.
 */
export async function handshake(
  socket: WebSocket,
  path: UplinkPath,
  parts: HandshakeParts,
): Promise<Handshaken> {
  const inbox = new MessageInbox(socket);
  try {
    return await converse(socket, inbox, path, parts);
  } catch (error) {
    if (error instanceof HandshakeRefused) {
      send(socket, uplinkRefusedSchema, { type: 'refused', code: error.code, message: error.message });
    }
    throw error;
  } finally {
    inbox.release();
  }
}

async function converse(
  socket: WebSocket,
  inbox: MessageInbox,
  path: UplinkPath,
  parts: HandshakeParts,
): Promise<Handshaken> {
  const deadlineMs = parts.stepDeadlineMs ?? 10_000;
  const hello = parse(uplinkHelloSchema, await inbox.next(deadlineMs));
  if (hello.protocol !== uplinkProtocolVersion) {
    throw new HandshakeRefused(
      'protocol',
      `this monitor speaks uplink protocol ${uplinkProtocolVersion}, the recorder speaks ${hello.protocol}`,
    );
  }
  const names = { path, recorderId: hello.recorderId, monitorId: parts.identity.monitorId };
  const nonces = { recorderNonce: hello.nonce, monitorNonce: randomBytes(32).toString('base64url') };
  send(socket, uplinkChallengeSchema, {
    type: 'challenge',
    monitorId: names.monitorId,
    publicKey: parts.identity.publicKey,
    nonce: nonces.monitorNonce,
    signature: parts.identity.sign(uplinkTranscript({ speaker: 'monitor', ...names, ...nonces })),
  });
  const prove = parse(uplinkProveSchema, await inbox.next(deadlineMs));
  const known = parts.book.find(hello.recorderId);
  const transcript = uplinkTranscript({ speaker: 'recorder', ...names, ...nonces });
  const pinned = known?.publicKey ?? hello.publicKey;
  if (pinned !== hello.publicKey || !isSignedBy(pinned, transcript, prove.signature)) {
    throw new HandshakeRefused('bad-signature', 'the recorder did not prove that it holds its key');
  }
  if (parts.isConnected(hello.recorderId)) {
    throw new HandshakeRefused(
      'already-connected',
      'a recorder with this identity is connected already; two machines must not share one',
      hello.recorderId,
    );
  }
  const siteId = known?.siteId ?? enrol(hello, prove, parts);
  send(socket, uplinkWelcomeSchema, {
    type: 'welcome',
    siteId,
    home: true,
    serverNow: parts.clock.wallNow(),
    ...parts.position(hello.recorderId),
  });
  return { recorderId: hello.recorderId, siteId };
}

function enrol(
  hello: z.infer<typeof uplinkHelloSchema>,
  prove: z.infer<typeof uplinkProveSchema>,
  parts: HandshakeParts,
): SiteId {
  if (prove.enrolment === undefined) {
    throw new HandshakeRefused(
      'unknown-recorder',
      'this recorder is not enrolled here; it needs an enrolment code',
    );
  }
  const enrolled = parts.book.enrol({
    secret: prove.enrolment.secret,
    recorderId: hello.recorderId,
    publicKey: hello.publicKey,
    name: prove.enrolment.name,
    at: parts.clock.wallNow(),
  });
  if (enrolled === undefined) {
    throw new HandshakeRefused('bad-enrolment', 'the enrolment code is unknown, used or expired');
  }
  return enrolled.siteId;
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new HandshakeRefused('protocol', 'that is not the handshake message expected here');
  }
}

function send<Schema extends z.ZodType>(socket: WebSocket, _schema: Schema, message: z.infer<Schema>): void {
  socket.send(JSON.stringify(message));
}
