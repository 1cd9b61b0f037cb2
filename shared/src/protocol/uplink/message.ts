import { z } from 'zod';
import {
  jobIdSchema,
  monitorIdSchema,
  recorderIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  siteIdSchema,
  sourceIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { counterDaysSchema } from './counter-days.ts';
import { recorderEntrySchema } from './entry.ts';
import { jobProblemSchema, recorderJobResultSchema, recorderJobSchema } from './job.ts';
import { proofOutcomeSchema, proofSubjectSchema } from './proof.ts';
import { recorderFaultSchema } from './recorder-fault.ts';
import { openSegmentSchema, sourceStatusSchema } from './source-state.ts';

export const uplinkProtocolVersion = 1;

/** 32 random bytes, an Ed25519 public key (raw 32 bytes) or signature (64 bytes), all base64url without padding. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const bytes64 = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/** The live picture kept (`main`) or the small one pulled only while looked at (`sub`). */
export const qualitySchema = z.enum(['main', 'sub']);
export type Quality = z.infer<typeof qualitySchema>;

/** Handshake, the same on `/uplink` and `/uplink/media`: hello, challenge, prove, welcome | refused. */
export const uplinkHelloSchema = z.strictObject({
  type: z.literal('hello'),
  protocol: z.int(),
  recorderId: recorderIdSchema,
  publicKey: bytes32,
  nonce: bytes32,
});
export const uplinkChallengeSchema = z.strictObject({
  type: z.literal('challenge'),
  monitorId: monitorIdSchema,
  publicKey: bytes32,
  nonce: bytes32,
  /** Over `uplinkTranscript('monitor', …)`. The recorder goes on only if the key is the one its enrolment code names. */
  signature: bytes64,
});
export const uplinkProveSchema = z.strictObject({
  type: z.literal('prove'),
  /** Over `uplinkTranscript('recorder', …)`. */
  signature: bytes64,
  /** At the first connection only: the secret half of the enrolment code, and the site's box under a name. */
  enrolment: z.strictObject({ secret: z.string().max(100), name: z.string().max(200) }).optional(),
});
export const uplinkWelcomeSchema = z.strictObject({
  type: z.literal('welcome'),
  siteId: siteIdSchema,
  home: z.boolean(),
  serverNow: utcMsSchema,
  /** The newest generation of this recorder's ledger that this monitor knows, and the next entry it wants of it. */
  generation: z.int().min(0).default(0),
  nextSeq: z.int().min(0),
  /** RFC 6962 leaf hash of the entry before: tells a recorder whose disk was restored that it is no longer the same. */
  lastLeaf: sha256HexSchema.optional(),
});
export const uplinkRefusedSchema = z.strictObject({
  type: z.literal('refused'),
  code: z.enum(['protocol', 'unknown-recorder', 'bad-signature', 'bad-enrolment', 'already-connected']),
  message: z.string().max(300),
});

/** What a recorder says on `/uplink` once welcomed. */
export const recorderMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('entries'),
    generation: z.int().min(0),
    entries: z.array(recorderEntrySchema).min(1).max(200),
  }),
  /** Every source, after `welcome` and whenever one is added or retired. */
  z.strictObject({ type: z.literal('sources'), sources: z.array(sourceStatusSchema).max(1000) }),
  z.strictObject({ type: z.literal('source-state'), source: sourceStatusSchema }),
  z.strictObject({ type: z.literal('open-segments'), segments: z.array(openSegmentSchema).max(2000) }),
  z.strictObject({
    type: z.literal('status'),
    at: utcMsSchema,
    /** Of the ledger: its newest generation, and the entries of that. */
    generation: z.int().min(0).default(0),
    ledgerSize: z.int().min(0),
    spoolBytes: z.int().min(0),
    diskFreeBytes: z.int().min(0),
    notYetProven: z.int().min(0),
    version: z.string().max(40),
  }),
  /** Every fault that stands, after `welcome` and whenever one begins or ends. One that is not named has ended. */
  z.strictObject({ type: z.literal('faults'), faults: z.array(recorderFaultSchema).max(1000) }),
  z.strictObject({ type: z.literal('job-progress'), jobId: jobIdSchema, progress: z.number().min(0).max(1) }),
  z.strictObject({ type: z.literal('job-done'), jobId: jobIdSchema, result: recorderJobResultSchema }),
  z.strictObject({ type: z.literal('job-failed'), jobId: jobIdSchema, problem: jobProblemSchema }),
  z.strictObject({ type: z.literal('live-ended'), channel: z.int(), reason: z.string().max(200) }),
  z.strictObject({
    type: z.literal('footage-failed'),
    channel: z.int(),
    code: z.enum(['not-found', 'range', 'io']),
  }),
  /** Asks the home monitor to read an object back and sign for it; answered by one `proof-receipt` with this id. */
  z.strictObject({ type: z.literal('prove-ask'), id: z.int().min(0), subject: proofSubjectSchema }),
  /**
   * A head of one generation of the ledger, as a signed note. The newest comes before anything else on a connection, also
   * over entries the monitor does not have: they cannot be changed any more from then on. Again once it has them.
   */
  z.strictObject({ type: z.literal('head'), generation: z.int().min(0), note: z.string().max(10_000) }),
  z.strictObject({ type: z.literal('pong'), id: z.int(), recorderNow: utcMsSchema }),
]);
export type RecorderMessage = z.infer<typeof recorderMessageSchema>;

/**
 * Why a head is not counter-signed. `fork`: it is over other entries than the monitor holds. `ahead`: over entries the
 * monitor does not hold yet, and it keeps no more of such. `older`: a later one is witnessed already. `signature`: not this recorder's, or no head.
 */
export const headRefusalSchema = z.enum(['fork', 'ahead', 'older', 'signature']);
export type HeadRefusal = z.infer<typeof headRefusalSchema>;

/** What a monitor says on `/uplink` once it has welcomed. Channels number streams on `/uplink/media`. */
export const monitorMessageSchema = z.discriminatedUnion('type', [
  /** Durable at the monitor up to, not including, `nextSeq`. */
  z.strictObject({ type: z.literal('entries-stored'), generation: z.int().min(0), nextSeq: z.int().min(0) }),
  z.strictObject({ type: z.literal('job'), jobId: jobIdSchema, job: recorderJobSchema }),
  z.strictObject({
    type: z.literal('live-start'),
    channel: z.int(),
    sourceId: sourceIdSchema,
    quality: qualitySchema,
  }),
  z.strictObject({ type: z.literal('live-stop'), channel: z.int() }),
  /** Bytes of a sealed or open segment in the spool, range inclusive; answered as footage pieces on `channel`. */
  z.strictObject({
    type: z.literal('footage-get'),
    channel: z.int(),
    segmentId: segmentIdSchema,
    firstByte: z.int().min(0),
    lastByte: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('footage-cancel'), channel: z.int() }),
  z.strictObject({ type: z.literal('proof-receipt'), id: z.int().min(0), result: proofOutcomeSchema }),
  /** Archive this stretch of a source before the rest. Says nothing of why. */
  z.strictObject({
    type: z.literal('footage-wanted'),
    sourceId: sourceIdSchema,
    from: utcMsSchema,
    to: utcMsSchema,
  }),
  /** The head with the monitor's counter-signature (C2SP tlog-cosignature); durable at the monitor. */
  z.strictObject({
    type: z.literal('head-witnessed'),
    generation: z.int().min(0),
    note: z.string().max(20_000),
  }),
  z.strictObject({
    type: z.literal('head-refused'),
    generation: z.int().min(0),
    why: headRefusalSchema,
    message: z.string().max(300),
  }),
  /** Of every counter of the recorder's site, after `welcome` and whenever some may have changed. Says nothing of holds. */
  z.strictObject({ type: z.literal('counter-days'), counters: z.array(counterDaysSchema).max(2_000) }),
  z.strictObject({ type: z.literal('ping'), id: z.int(), serverNow: utcMsSchema }),
]);
export type MonitorMessage = z.infer<typeof monitorMessageSchema>;
