import { readFile } from 'node:fs/promises';
import { ledgerExtractSchema, manifestSchema } from '@minhbach/shared/evidence';
import { errnoOf, replaceFileDurably } from '@minhbach/shared/file-operations';
import { canonicalJson } from '@minhbach/shared/ledger';
import { segmentSealedSchema, sourceKindSchema } from '@minhbach/shared/protocol';
import { recorderIdSchema, sourceIdSchema } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';

const commitmentSchema = z.string().regex(/^[0-9a-f]{64}$/);
const actSchema = z.strictObject({
  atUtcMs: z.int(),
  role: z.string(),
  unitId: z.string(),
  /** SHA-256(salt || canonical JSON {personId}): the monitor that has the salt can say who. */
  person: commitmentSchema,
});

/**
 * Everything a package's bytes follow from but the footage, as it was when the work began. Heads grow and names change:
 * work that is begun again after a restart goes by this and gives the same bytes.
 */
export const frozenPlanSchema = z.strictObject({
  manifest: manifestSchema.omit({ sources: true }),
  readMe: z.string(),
  custody: z.strictObject({
    exportId: z.uuid(),
    monitorId: z.string(),
    asked: actSchema,
    agreed: actSchema,
    reason: commitmentSchema,
  }),
  ledgers: z.array(ledgerExtractSchema),
  sources: z.array(
    z.strictObject({
      id: sourceIdSchema,
      kind: sourceKindSchema,
      name: z.string(),
      recorderId: recorderIdSchema,
      gaps: z.array(z.strictObject({ generation: z.int(), entry: z.int() })),
      segments: z.array(z.strictObject({ generation: z.int(), entry: segmentSealedSchema })),
    }),
  ),
});
export type FrozenPlan = z.infer<typeof frozenPlanSchema>;

/** `undefined` when none was written yet. */
export async function readFrozenPlan(file: string): Promise<FrozenPlan | undefined> {
  try {
    return frozenPlanSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Durable on return. */
export async function writeFrozenPlan(file: string, plan: FrozenPlan): Promise<void> {
  await replaceFileDurably(file, canonicalJson(plan));
}
