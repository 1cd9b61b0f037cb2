import type { Incident } from '@minhbach/shared/protocol';
import type { Tone } from '../ui-kit/index.ts';

type Severity = Incident['severity'];

/** In the order of their digit keys. */
export const categories = [
  'harassment',
  'soliciting',
  'envelope',
  'absent',
  'rude',
  'technical',
  'other',
] as const satisfies readonly Incident['category'][];
export const severities = ['low', 'medium', 'high'] as const satisfies readonly Severity[];

export const severityTone = { low: 'muted', medium: 'warn', high: 'alarm' } as const satisfies Record<
  Severity,
  Tone
>;
