import type { CamerasSearch, Go } from '../page-search.ts';
import type { Draft } from './draft.ts';

/** What every step gets: where the person is, how to go on, and what has been typed. */
export interface StepProps {
  readonly search: CamerasSearch;
  readonly go: Go;
  readonly draft: Draft;
}
