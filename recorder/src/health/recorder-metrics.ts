import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { StoreProbe } from '@minhbach/shared/object-store';
import type { GapCause, SourceState } from '@minhbach/shared/protocol';

/** Read afresh at every collection. */
export interface MeasuredParts {
  spoolBytes(): number;
  notYetProven(): number;
  ledgerSize(): number;
  diskFreeBytes(): Promise<number>;
  /** `undefined` while the room does not shrink, or nothing is known. */
  diskHoursLeft(): number | undefined;
  scrub():
    | { readonly segments: number; readonly damaged: number; readonly lastPassEndedAt: number | null }
    | undefined;
  spoolSegments(): number;
  /** Codes of the faults that stand. */
  faults(): readonly string[];
  sourceStates(): readonly SourceState[];
  monitorsConnected(): number;
  archiveWorking(): boolean;
  timeSynchronised(): boolean;
  timeErrorMs(): number;
  /** What the archive was last seen to do; `undefined` before it was tried out. */
  archiveProbe(): StoreProbe | undefined;
}

export interface RecorderMetrics {
  readonly registry: Registry;
  segmentSealed(bytes: number): void;
  gapRecorded(cause: GapCause): void;
  thumbnail(outcome: 'stored' | 'failed' | 'dropped'): void;
}

export function recorderMetrics(of: MeasuredParts): RecorderMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name: `minhbach_recorder_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  };
  gauge('spool_bytes', 'Bytes of sealed footage in the spool', () => of.spoolBytes());
  gauge('not_yet_proven_segments', 'Sealed segments not yet proven to be in the archive', () =>
    of.notYetProven(),
  );
  gauge('ledger_entries', 'Entries stated so far', () => of.ledgerSize());
  gauge('disk_free_bytes', 'Free bytes on the disk of the spool', async () => of.diskFreeBytes());
  gauge(
    'disk_hours_left',
    'Hours until the disk is full at the rate of the last hours; 1e9 while it does not fill',
    () => of.diskHoursLeft() ?? 1e9,
  );
  gauge('spool_segments', 'Sealed segments in the spool', () => of.spoolSegments());
  gauge(
    'scrub_segments_read',
    'Sealed files read and hashed in the present pass',
    () => of.scrub()?.segments ?? 0,
  );
  gauge('scrub_segments_damaged', 'Of these, found damaged', () => of.scrub()?.damaged ?? 0);
  gauge(
    'scrub_last_pass_ended_seconds',
    'When the last whole pass ended, Unix time; 0 for never',
    () => (of.scrub()?.lastPassEndedAt ?? 0) / 1000,
  );
  new Gauge({
    name: 'minhbach_recorder_faults',
    help: '1 for each fault that stands',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const code of of.faults()) this.set({ code }, 1);
    },
  });
  gauge('monitors_connected', 'Monitors with a live uplink', () => of.monitorsConnected());
  gauge('archive_working', '1 when the last upload went well', () => Number(of.archiveWorking()));
  gauge('time_synchronised', '1 when the keeper of the machine\u2019s clock vouches for it', () =>
    Number(of.timeSynchronised()),
  );
  gauge('time_error_milliseconds', 'Error of the clock as its keeper states it; 0 when nobody does', () =>
    of.timeErrorMs(),
  );
  gauge(
    'archive_clock_skew_ms',
    "The archive's clock minus ours when last tried; 0 while unknown",
    () => of.archiveProbe()?.clockSkewMs ?? 0,
  );
  new Gauge({
    name: 'minhbach_recorder_archive_probe',
    help: '1 for what the archive was seen to do when last tried out; nothing before',
    labelNames: ['lock', 'lock_fault', 'create_only', 'versioning'],
    registers: [registry],
    collect() {
      this.reset();
      const probe = of.archiveProbe();
      if (probe === undefined) return;
      const { lock, lockFault = '', createOnly, versioning } = probe;
      const labels = { lock, lock_fault: lockFault, create_only: String(createOnly) };
      this.set({ ...labels, versioning: String(versioning) }, 1);
    },
  });
  new Gauge({
    name: 'minhbach_recorder_sources',
    help: 'Sources by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const state of of.sourceStates()) this.inc({ state });
    },
  });
  const segments = new Counter({
    name: 'minhbach_recorder_segments_sealed_total',
    help: 'Segments sealed since start',
    registers: [registry],
  });
  const bytes = new Counter({
    name: 'minhbach_recorder_footage_bytes_total',
    help: 'Bytes sealed since start',
    registers: [registry],
  });
  const gaps = new Counter({
    name: 'minhbach_recorder_gaps_total',
    help: 'Gaps recorded since start',
    labelNames: ['cause'],
    registers: [registry],
  });
  const thumbnails = new Counter({
    name: 'minhbach_recorder_thumbnails_total',
    help: 'Small pictures of sealed segments, by whether the archive has them; only thin lines have any',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return {
    registry,
    segmentSealed: (sizeBytes) => {
      segments.inc();
      bytes.inc(sizeBytes);
    },
    gapRecorded: (cause) => gaps.inc({ cause }),
    thumbnail: (outcome) => thumbnails.inc({ outcome }),
  };
}
