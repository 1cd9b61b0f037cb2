export { HeadSweep } from './head-sweep.ts';
export { SweepBook } from './sweep-book.ts';
export { sweepRoutes } from './sweep-routes.ts';
export { SweepRuns } from './sweep-runs.ts';
export { sweepSchema } from './sweep-schema.ts';
export { Sweeps, type SweepFailure } from './sweeps.ts';
