import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

/** One piece of the bench `evidence` in a process of its own, whose memory can be read. */
export const evidenceOrderSchema = z.discriminatedUnion('work', [
  z.strictObject({
    work: z.literal('export'),
    /** As a monitor wrote it down before the work began. */
    plan: z.string(),
    /** In a directory that is the archive: what each minute of picture and of sound is. */
    picture: z.string(),
    sound: z.string(),
    file: z.string(),
  }),
  z.strictObject({
    work: z.enum(['build-ledger', 'prove']),
    file: z.string(),
    entries: z.int().min(1),
  }),
]);
export type EvidenceOrder = z.infer<typeof evidenceOrderSchema>;

export const evidenceReplySchema = z.strictObject({
  /** What the process had of the machine's memory when the work began: Node and the program, before any footage. */
  baseMegabytes: z.number(),
  /** The most that it had at any time. */
  peakMegabytes: z.number(),
  seconds: z.number(),
  clips: z.int().optional(),
  inclusionProofMs: z.strictObject({ p50: z.number(), p95: z.number() }).optional(),
});
export type EvidenceReply = z.infer<typeof evidenceReplySchema>;

/** As `npm run monitor` starts Node: V8 keeps three times this many megabytes for what is soon forgotten, 16 unless told. */
const nodeOptions = ['--max-semi-space-size=4'];

/** Waits until it is done. */
export function evidenceProcess(order: EvidenceOrder): EvidenceReply {
  const host = join(import.meta.dirname, 'evidence-host.js');
  const answer = execFileSync(process.execPath, [...nodeOptions, host], {
    ...{ input: JSON.stringify(order), encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] },
  });
  return evidenceReplySchema.parse(JSON.parse(answer));
}
