import type { ObjectStore } from '@minhbach/shared/object-store';
import type { MonitorDatabase } from '../../database/index.ts';
import type { EntryStore } from '../entry-store.ts';
import type { RebuildPhase, RebuildProgress } from './rebuild-progress.ts';

export interface RebuildParts {
  readonly database: MonitorDatabase;
  readonly store: ObjectStore;
  readonly signal: AbortSignal;
  /** How many of what a phase has done so far. */
  readonly onProgress: (phase: RebuildPhase, done: number) => void;
}

/** What every phase works with. */
export interface RebuildWork extends RebuildParts {
  readonly progress: RebuildProgress;
  readonly entries: EntryStore;
}
