import { z } from 'zod';
import {
  captureIdSchema,
  counterIdSchema,
  deviceIdSchema,
  gapIdSchema,
  monitorIdSchema,
  segmentIdSchema,
  sha256HexSchema,
  sourceIdSchema,
  utcMsSchema,
} from '../../units-of-measure/index.ts';
import { deviceStandingShapes } from './device-identity.ts';
import { gapCauseSchema, sourceKindSchema } from './source-state.ts';

/** What every ledger entry of a recorder carries: its place (`seq`, from 0, no holes within a generation) and time. */
const place = { seq: z.int().min(0), at: utcMsSchema };

export const segmentSealedSchema = z.strictObject({
  ...place,
  kind: z.literal('segment-sealed'),
  segmentId: segmentIdSchema,
  sourceId: sourceIdSchema,
  captureId: captureIdSchema,
  startUtcMs: utcMsSchema,
  endUtcMs: utcMsSchema,
  /** Decode time of the first sample in ticks of `timescale`; runs on within a capture. */
  firstTfdt: z.int(),
  timescale: z.int().min(1),
  bytes: z.int().min(1),
  initBytes: z.int().min(1),
  fragments: z.int().min(1),
  sha256: sha256HexSchema,
  /** RFC 6962 root over the init segment and each fragment. */
  fragmentsRoot: sha256HexSchema,
  /** RFC 6381, and the whole MIME type for players. */
  codec: z.string().max(60),
  mime: z.string().max(100),
  /** Milliseconds from `startUtcMs` to each keyframe; empty for sound. */
  keyframes: z.array(z.int().min(0)).max(4000),
  /**
   * Where in the file the fragment lies that begins with each of `keyframes`: as many, in the same order, rising. Absent
   * when not known, or when a keyframe begins no fragment.
   */
  keyframeOffsets: z.array(z.int().min(0)).max(4000).optional(),
  clockErrorMs: z.int().min(0),
  /** Cut to its last whole fragment after a crash. */
  recovered: z.boolean(),
  key: z.string().max(400),
});
export type SegmentSealed = z.infer<typeof segmentSealedSchema>;

export const gapEntrySchema = z.strictObject({
  ...place,
  kind: z.literal('gap'),
  gapId: gapIdSchema,
  sourceId: sourceIdSchema,
  fromUtcMs: utcMsSchema,
  toUtcMs: utcMsSchema,
  cause: gapCauseSchema,
  /** One line of what was seen, without secrets. */
  evidence: z.string().max(500),
});
export type GapEntry = z.infer<typeof gapEntrySchema>;

/** The ledger that a generation goes on from, and why it could not simply be extended. */
export const previousGenerationSchema = z.strictObject({
  generation: z.int().min(0),
  /** Entries it is known to have had. */
  size: z.int().min(0),
  /** RFC 6962 leaf hash of the last of them, where known. */
  lastLeaf: sha256HexSchema.optional(),
  why: z.enum(['disk-restored', 'ledger-damaged', 'ledger-lost', 'monitor-ahead', 'monitor-differs']),
});
export type PreviousGeneration = z.infer<typeof previousGenerationSchema>;

/** What a start found out about its spool that a person should know. */
export const spoolFindingSchema = z.enum(['index-rebuilt', 'disk-restored', 'ledger-damaged', 'on-memory']);
export type SpoolFinding = z.infer<typeof spoolFindingSchema>;

const clockPlace = { ...place, kind: z.literal('clock') };

/** What is known about clocks; `about` is left out where the machine's wall clock was set. */
const clockEntrySchema = z.discriminatedUnion('about', [
  z.strictObject({
    ...clockPlace,
    about: z.literal('step').optional(),
    stepMs: z.int(),
    monotonicMs: z.int(),
  }),
  /** From here on: whether anybody vouches for the recorder's clock. Times are not to be trusted otherwise. */
  z.strictObject({
    ...clockPlace,
    about: z.literal('sync'),
    state: z.enum(['synchronised', 'unsynchronised', 'unknown']),
    by: z.enum(['chrony', 'systemd-timesyncd', 'kernel']).optional(),
    errorMs: z.int().min(0).optional(),
    why: z.string().max(200).optional(),
  }),
  /** A device's own clock minus the recorder's, as asked by ONVIF, give or take `errorMs`. */
  z.strictObject({
    ...clockPlace,
    about: z.literal('device'),
    deviceId: deviceIdSchema,
    offsetMs: z.int(),
    errorMs: z.int().min(0),
  }),
]);

const devicePlace = {
  ...place,
  kind: z.literal('device-identity'),
  deviceId: deviceIdSchema,
  /** The source of the device that stands for it: its picture, where that is recorded. */
  sourceId: sourceIdSchema,
};

/** Who a device says it is, against who it was: at its registration, and whenever that changes. */
const deviceIdentityEntrySchema = z.discriminatedUnion('is', [
  z.strictObject({ ...devicePlace, ...deviceStandingShapes.notKnown }),
  z.strictObject({ ...devicePlace, ...deviceStandingShapes.known }),
  z.strictObject({ ...devicePlace, ...deviceStandingShapes.other }),
  z.strictObject({ ...devicePlace, ...deviceStandingShapes.silent }),
]);

/** The facts a recorder states, in the order it stated them. Integers only, so that RFC 8785 is simple. */
export const recorderEntrySchema = z.discriminatedUnion('kind', [
  segmentSealedSchema,
  gapEntrySchema,
  z.strictObject({
    ...place,
    kind: z.literal('recorder-started'),
    version: z.string().max(40),
    boot: z.string().max(80),
    found: z.array(spoolFindingSchema).max(8).optional(),
    /** In the first entry of every generation but the first. */
    previous: previousGenerationSchema.optional(),
  }),
  z.strictObject({ ...place, kind: z.literal('recorder-stopped'), reason: z.string().max(200) }),
  z.strictObject({
    ...place,
    kind: z.literal('source-registered'),
    sourceId: sourceIdSchema,
    deviceId: deviceIdSchema,
    counterId: counterIdSchema,
    sourceKind: sourceKindSchema,
    name: z.string().max(200),
  }),
  z.strictObject({ ...place, kind: z.literal('source-retired'), sourceId: sourceIdSchema }),
  z.strictObject({
    ...place,
    kind: z.literal('segment-proven'),
    segmentId: segmentIdSchema,
    key: z.string().max(400),
    versionId: z.string().max(200).optional(),
    /** The monitor that read it back; absent when the recorder did. With its receipt (`proofReceiptSchema`). */
    provenBy: monitorIdSchema.optional(),
    receiptAt: utcMsSchema.optional(),
    receiptSignature: z.string().max(86).optional(),
  }),
  /** What the archive was seen to do, at the first probe and whenever a later one saw something else. */
  z.strictObject({
    ...place,
    kind: z.literal('archive-probed'),
    lock: z.enum(['enforced', 'none', 'unsafe']),
    /** Why it is unsafe: the name of the lie. */
    lockFault: z.string().max(40).optional(),
    createOnly: z.boolean(),
    versioning: z.boolean(),
    /** Why no footage goes there; absent when it may. */
    refusal: z.string().max(300).optional(),
  }),
  z.strictObject({
    ...place,
    kind: z.literal('segment-dropped'),
    segmentId: segmentIdSchema,
    from: z.enum(['spool']),
    reason: z.enum(['quota', 'lost', 'damaged']),
    /** Whether the archive has it, read back and hashed. Said of what was lost or damaged. */
    proven: z.boolean().optional(),
  }),
  clockEntrySchema,
  deviceIdentityEntrySchema,
  /** A witness has counter-signed a head of this ledger: from here on it cannot be taken back unseen. */
  z.strictObject({
    ...place,
    kind: z.literal('head-witnessed'),
    generation: z.int().min(0),
    size: z.int().min(1),
    root: sha256HexSchema,
    /** The name under which the witness signs. */
    witness: z.string().max(200),
    witnessedAt: utcMsSchema,
  }),
]);
export type RecorderEntry = z.infer<typeof recorderEntrySchema>;
