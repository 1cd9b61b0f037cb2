import type { CounterId } from '@minhbach/shared/units-of-measure';

/** Something a person must own. No sentence names a hold: it may be shown and logged. */
export type RetentionFault =
  | { readonly kind: 'holds-differ'; readonly sentence: string }
  | { readonly kind: 'footage-short'; readonly counterId: CounterId; readonly sentence: string }
  | { readonly kind: 'quota-passed'; readonly counterId: CounterId; readonly sentence: string }
  | { readonly kind: 'retention-failed'; readonly sentence: string };

/** Says each fault once each time it is found; whoever listens merges repeats. */
export type RaiseRetentionFault = (fault: RetentionFault) => void;

/** Faults of these kinds were looked for and are not there: of one counter, or of retention as a whole. */
export type RetentionIsWell = (kinds: readonly RetentionFault['kind'][], counterId?: CounterId) => void;
