import type {
  CounterDays,
  MonitorMessage,
  OpenSegment,
  ProofOutcome,
  ProofSubject,
  Quality,
  RecorderFault,
  RecorderJob,
  RecorderMessage,
  SourceStatus,
} from '@minhbach/shared/protocol';
import type { MonitorId, SegmentId, SourceId } from '@minhbach/shared/units-of-measure';
import type { Footage, LiveSink } from '../capture/index.ts';
import type { JobOutcome } from '../jobs/index.ts';
import type { FootageSpan } from '../spool/index.ts';
import type { EntrySource } from './entry-feed.ts';
import type { SignedHead } from './head-feed.ts';

export type StatusReport = Omit<Extract<RecorderMessage, { type: 'status' }>, 'type' | 'at'>;

/** What an uplink brings to its monitor. Everything here also serves other uplinks at the same time. */
export interface UplinkPorts {
  readonly ledger: EntrySource & { onAppended(listener: () => void): () => void };
  /** Signed heads of the ledger, and what witnesses make of them. */
  readonly heads: {
    list(): readonly SignedHead[];
    onSigned(listener: () => void): () => void;
    noteWitnessed(generation: number, note: string): void;
  };
  readonly sources: {
    list(): SourceStatus[];
    /** `undefined`: the set of sources changed; else the one whose state did. Answers how to stop. */
    onChanged(listener: (source: SourceStatus | undefined) => void): () => void;
  };
  /** All faults that stand, and how to hear of changes. */
  readonly faults: { list(): readonly RecorderFault[]; onChanged(listener: () => void): () => void };
  readonly media: {
    openSegments(): readonly OpenSegment[];
    subscribe(sourceId: SourceId, quality: Quality, sink: LiveSink): () => void;
    readFootage(
      segmentId: SegmentId,
      firstByte: number,
      lastByte: number,
      signal?: AbortSignal,
    ): Promise<Footage>;
  };
  readonly jobs: {
    run(job: RecorderJob, signal: AbortSignal, onProgress: (progress: number) => void): Promise<JobOutcome>;
  };
  /** A monitor wants this stretch in the archive before the rest. */
  footageWanted(span: FootageSpan): void;
  /** For how long the home monitor keeps footage of each counter: all that it tells of. */
  counterDaysTold(counters: readonly CounterDays[]): void;
  status(): Promise<StatusReport>;
}

export type FootageGet = Extract<MonitorMessage, { type: 'footage-get' }>;
export type LiveStart = Extract<MonitorMessage, { type: 'live-start' }>;

/** A monitor that reads objects back on request. */
export interface ProvingMonitor {
  readonly monitorId: MonitorId;
  /** The key pinned at enrolment. */
  readonly publicKey: string;
  ask(subject: ProofSubject, signal: AbortSignal): Promise<ProofOutcome>;
}
