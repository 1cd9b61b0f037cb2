import type { IncidentCategory, IncidentInput } from '@minhbach/shared/protocol';

/** In the order of their digits. The compiler refuses a list that misses one. */
export const categories = [
  'harassment',
  'soliciting',
  'envelope',
  'absent',
  'rude',
  'technical',
  'other',
] as const satisfies readonly IncidentCategory[];
true satisfies Exclude<IncidentCategory, (typeof categories)[number]> extends never ? true : never;

export type Severity = NonNullable<IncidentInput['severity']>;
export const severities = ['low', 'medium', 'high'] as const satisfies readonly Severity[];

export const spanBeforeMs = 30_000;
export const spanAfterMs = 30_000;
