import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import {
  enrolmentCodeSchema,
  uplinkChallengeSchema,
  uplinkProtocolVersion,
  uplinkRefusedSchema,
  uplinkTranscript,
  uplinkWelcomeSchema,
  type EnrolmentCode,
} from '@minhbach/shared/protocol';
import {
  isSignedBy,
  monitorKeyFingerprint,
  type KnownMonitors,
  type RecorderIdentity,
} from '../identity/index.ts';
import type { MonitorSettings } from '../settings/index.ts';
import { MessageInbox } from './message-inbox.ts';
import { UplinkError } from './uplink-error.ts';

export type UplinkPath = '/uplink' | '/uplink/media';
export type Welcome = z.infer<typeof uplinkWelcomeSchema>;

export interface Handshaken {
  readonly welcome: Welcome;
  /** What the monitor said right behind its welcome. */
  readonly early: readonly string[];
}

export interface HandshakeParts {
  readonly identity: RecorderIdentity;
  readonly monitors: KnownMonitors;
  readonly monitor: MonitorSettings;
  /** What the monitor calls this box until somebody renames it. */
  readonly recorderName: string;
  readonly stepDeadlineMs?: number;
}

const verdictSchema = z.discriminatedUnion('type', [uplinkWelcomeSchema, uplinkRefusedSchema]);

/**
 * Our side of `hello, challenge, prove, welcome` on a freshly opened socket. On return the monitor has proved that it
 * holds the key its enrolment code named (at first) or that was pinned (ever after), and that key is pinned on the
 * disk. The one-time secret is sent to nobody who has not proved this.
 */
export async function handshake(
  socket: WebSocket,
  path: UplinkPath,
  parts: HandshakeParts,
): Promise<Handshaken> {
  const inbox = new MessageInbox(socket);
  try {
    const welcome = await converse(socket, inbox, path, parts);
    return { welcome, early: inbox.release() };
  } catch (error) {
    inbox.release();
    throw error;
  }
}

async function converse(
  socket: WebSocket,
  inbox: MessageInbox,
  path: UplinkPath,
  parts: HandshakeParts,
): Promise<Welcome> {
  const deadlineMs = parts.stepDeadlineMs ?? 10_000;
  const { identity, monitor, monitors } = parts;
  const known = monitors.find(monitor.url);
  const code = known === undefined ? await enrolmentCodeOf(monitor, !monitors.isEmpty) : undefined;
  const recorderNonce = randomBytes(32).toString('base64url');
  send(socket, {
    type: 'hello',
    protocol: uplinkProtocolVersion,
    recorderId: identity.recorderId,
    publicKey: identity.publicKey,
    nonce: recorderNonce,
  });
  const challenge = parse(
    z.union([uplinkChallengeSchema, uplinkRefusedSchema]),
    await inbox.next(deadlineMs),
  );
  if (challenge.type === 'refused') throw refusal(challenge);
  // A monitor that moved to another address is known by its key all the same.
  const pinned = known ?? monitors.findById(challenge.monitorId);
  const trusted =
    pinned === undefined
      ? monitorKeyFingerprint(challenge.publicKey) === code?.monitorKeyFingerprint
      : pinned.publicKey === challenge.publicKey && pinned.monitorId === challenge.monitorId;
  const names = { path, recorderId: identity.recorderId, monitorId: challenge.monitorId };
  const nonces = { recorderNonce, monitorNonce: challenge.nonce };
  const transcript = uplinkTranscript({ speaker: 'monitor', ...names, ...nonces });
  if (!trusted || !isSignedBy(challenge.publicKey, transcript, challenge.signature)) {
    throw new UplinkError(
      'untrusted',
      'what answers there does not hold the key of the monitor enrolled with',
    );
  }
  send(socket, {
    type: 'prove',
    signature: identity.sign(uplinkTranscript({ speaker: 'recorder', ...names, ...nonces })),
    ...(code === undefined || pinned !== undefined
      ? {}
      : { enrolment: { secret: code.secret, name: parts.recorderName } }),
  });
  const verdict = parse(verdictSchema, await inbox.next(deadlineMs));
  if (verdict.type === 'refused') throw refusal(verdict);
  if (known === undefined) {
    const { monitorId, publicKey } = challenge;
    await monitors.remember(monitor.url, { monitorId, publicKey, siteId: verdict.siteId });
  }
  return verdict;
}

/** `undefined` when there is none but the monitor may turn out to be one we know. */
async function enrolmentCodeOf(
  monitor: MonitorSettings,
  mayBeKnown: boolean,
): Promise<EnrolmentCode | undefined> {
  if (mayBeKnown && monitor.enrolmentCode === undefined && monitor.enrolmentCodeFile === undefined)
    return undefined;
  const text = monitor.enrolmentCode ?? (await codeFileOf(monitor));
  const parsed = enrolmentCodeSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UplinkError(
    'not-enrolled',
    `the file of the enrolment code for ${monitor.url} does not hold one`,
  );
}

async function codeFileOf({ url, enrolmentCodeFile }: MonitorSettings): Promise<string> {
  if (enrolmentCodeFile === undefined) {
    throw new UplinkError(
      'not-enrolled',
      `not enrolled with ${url}: give it an enrolmentCode in the configuration`,
    );
  }
  try {
    return await readFile(enrolmentCodeFile, 'utf8');
  } catch (error) {
    throw new UplinkError('not-enrolled', `the enrolment code file ${enrolmentCodeFile} cannot be read`, {
      cause: error,
    });
  }
}

function refusal({ code, message }: z.infer<typeof uplinkRefusedSchema>): UplinkError {
  return new UplinkError('refused', `the monitor refused this recorder (${code}): ${message}`);
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UplinkError('protocol', 'the monitor sent something else than its part of the handshake', {
      cause: error,
    });
  }
}

function send(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify(message));
}
