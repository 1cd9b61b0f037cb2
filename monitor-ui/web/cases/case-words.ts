import type { CaseState } from '@minhbach/shared/protocol';
import type { Tone } from '../ui-kit/index.ts';

export const caseTone: Readonly<Record<CaseState, Tone>> = {
  open: 'watch',
  referred: 'warn',
  closed: 'muted',
};
