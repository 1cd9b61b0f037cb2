import { z } from 'zod';

const count = z.int().min(0);

/**
 * What a verifier needs of a ledger entry. Fields it does not know are passed over: entries of a newer recorder must
 * stay readable for a lawyer with an older page.
 */
export const entryFactsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('segment-sealed'),
    seq: count,
    segmentId: z.string(),
    sourceId: z.string(),
    captureId: z.string().optional(),
    startUtcMs: count,
    endUtcMs: count,
    firstTfdt: z.int(),
    timescale: z.int().min(1),
    bytes: z.int().min(1),
    initBytes: z.int().min(1),
    fragments: z.int().min(1).max(200_000),
    sha256: z.string(),
    fragmentsRoot: z.string(),
    clockErrorMs: count,
  }),
  z.object({
    kind: z.literal('gap'),
    seq: count,
    sourceId: z.string(),
    fromUtcMs: count,
    toUtcMs: count,
    cause: z.string(),
  }),
]);
export type EntryFacts = z.infer<typeof entryFactsSchema>;
export type SealedFacts = Extract<EntryFacts, { kind: 'segment-sealed' }>;
