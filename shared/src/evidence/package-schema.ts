import { z } from 'zod';
import { sourceKindSchema } from '../protocol/index.ts';
import {
  counterIdSchema,
  monitorIdSchema,
  recorderIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  utcMsSchema,
} from '../units-of-measure/index.ts';
import { evidenceFormat } from './evidence-format.ts';

/** Bytes in standard base64. */
const base64Schema = z
  .string()
  .max(200_000)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const publicKeySchema = z.string().regex(/^[\w-]{43}$/);
const textSchema = z.string().max(300);
const generationSchema = z.int().min(0).max(1_000_000);

/** Which entry of which ledger extract of this package. */
const entryPlaceSchema = { generation: generationSchema, entry: z.int().min(0) };

export const footageFileSchema = z.strictObject({
  ...entryPlaceSchema,
  path: z.string().max(200),
  segmentId: segmentIdSchema,
  /** Of the segment's fragments, from 0. */
  firstFragment: z.int().min(0).max(100_000),
  fragments: z.int().min(1).max(100_000),
});
export type FootageFile = z.infer<typeof footageFileSchema>;

export const evidenceSourceSchema = z.strictObject({
  id: sourceIdSchema,
  kind: sourceKindSchema,
  name: textSchema,
  recorderId: recorderIdSchema,
  footage: z.array(footageFileSchema).max(50_000),
  gaps: z.array(z.strictObject(entryPlaceSchema)).max(50_000),
});

export const manifestSchema = z.strictObject({
  format: z.literal(evidenceFormat),
  packageId: z.uuid(),
  createdAt: utcMsSchema,
  monitorId: monitorIdSchema,
  /** As the package claims it: says who is to be asked, proves nothing. Base64url, like the one of an extract. */
  monitorPublicKey: publicKeySchema,
  counter: z.strictObject({ id: counterIdSchema, name: textSchema, site: textSchema, unit: textSchema }),
  /** What was asked for; footage is rounded outward to whole groups of pictures. */
  fromUtcMs: utcMsSchema,
  toUtcMs: utcMsSchema,
  sources: z.array(evidenceSourceSchema).min(1).max(100),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const ledgerExtractSchema = z.strictObject({
  recorderId: recorderIdSchema,
  generation: generationSchema,
  publicKey: publicKeySchema,
  /** The ledger's head as a signed note. */
  checkpoint: z.string().max(100_000),
  entries: z
    .array(z.strictObject({ text: z.string().max(65_535), proof: z.array(base64Schema).max(60) }))
    .max(200_000),
});
export type LedgerExtract = z.infer<typeof ledgerExtractSchema>;

/** Keys known from elsewhere; raw Ed25519 keys in base64url, as `trust.json` has them. */
export const trustSchema = z.object({
  keys: z
    .array(
      z.union([
        z.object({ recorderId: recorderIdSchema, publicKey: z.string() }),
        z.object({ monitorId: monitorIdSchema, publicKey: z.string() }),
        z.object({ witness: z.string(), publicKey: z.string() }),
        /** Lower-case hex of a recorder's or monitor's SHA-256 over its raw key, at least the first 32 digits. */
        z.object({ fingerprint: z.string().regex(/^[0-9a-f]{32,64}$/) }),
      ]),
    )
    .max(10_000),
});
export type Trust = z.infer<typeof trustSchema>;
