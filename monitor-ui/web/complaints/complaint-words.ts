import type { ComplaintState } from '@minhbach/shared/protocol';
import type { Tone } from '../ui-kit/index.ts';

export const stateTone: Readonly<Record<ComplaintState, Tone>> = {
  received: 'warn',
  'in-case': 'watch',
  closed: 'muted',
};
