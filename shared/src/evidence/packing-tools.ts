import type { SegmentSealed } from '../protocol/index.ts';
import { HashThread } from './hash-thread.ts';
import { SegmentMemory } from './segment-memory.ts';

/** What a package is made with. Each costs megabytes of memory, so whoever has them hands them on. */
export interface PackingTools extends AsyncDisposable {
  /** While one is hashed, the other is taken by the sink, then filled again. */
  readonly memories: readonly [SegmentMemory, SegmentMemory];
  readonly thread: HashThread;
}

/** For packages of these segments, one at a time. */
export function packingTools(segments: readonly Pick<SegmentSealed, 'bytes'>[]): PackingTools {
  const thread = new HashThread();
  return {
    ...{ thread, memories: [new SegmentMemory(segments), new SegmentMemory(segments)] },
    [Symbol.asyncDispose]: async () => thread[Symbol.asyncDispose](),
  };
}
