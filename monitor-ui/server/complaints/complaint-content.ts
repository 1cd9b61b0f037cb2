import { reporterSchema } from '@minhbach/shared/protocol';
import type { ComplaintId } from '@minhbach/shared/units-of-measure';
import { z } from 'zod';
import { foldedText } from '../incidents/index.ts';
import type { Shield } from '../shield/index.ts';

const contentSchema = z.strictObject({
  text: z.string(),
  dossierCode: z.string().optional(),
  ticket: z.string().optional(),
  reporter: reporterSchema.optional(),
});
export type ComplaintContent = z.infer<typeof contentSchema>;

/** Field by which a complaint is found exactly, and its value as typed. */
export type LookedUpBy = 'receipt' | 'ticket' | 'dossier' | 'phone';

export function sealContent(shield: Shield, id: ComplaintId, content: ComplaintContent): string {
  return shield.seal(JSON.stringify(content), `complaint/${id}`);
}

/** Throws `ShieldError`. */
export function openContent(shield: Shield, id: ComplaintId, sealed: string): ComplaintContent {
  return contentSchema.parse(JSON.parse(shield.open(sealed, `complaint/${id}`)));
}

/** A keyed digest of a value without what people type differently: case, accents, spaces and separators. */
export function lookUpDigest(shield: Shield, field: LookedUpBy, value: string): string {
  const bare = foldedText(value).replaceAll(/[\s./-]/g, '');
  return shield.digest(`complaint ${field}`, field === 'phone' ? barePhone(bare) : bare);
}

/** `+84 912…` and `0912…` are one number. */
function barePhone(typed: string): string {
  const digits = typed.replaceAll(/\D/g, '');
  return digits.startsWith('84') && digits.length > 9 ? `0${digits.slice(2)}` : digits;
}
