import type { Clock } from '@minhbach/shared/clock';
import {
  recorderFaultKinds,
  type AlarmKind,
  type RecorderEntry,
  type RecorderFault,
  type SourceStatus,
} from '@minhbach/shared/protocol';
import type { CounterId, RecorderId, SiteId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { AlarmFact } from './alarm-fact.ts';
import type { Alarms } from './alarms.ts';
import { ClosedHours } from './closed-hours.ts';
import { sightingsIn } from './entry-sightings.ts';
import { Suspicions } from './suspicions.ts';

export interface FleetWatchRules {
  readonly sourceGraceMs: number;
  readonly recorderGraceMs: number;
  /** More on top after this program's own start: recorders need to find back first. */
  readonly startGraceMs: number;
  /** How far a recorder's clock may be from the monitor's. */
  readonly clockToleranceMs: number;
}

export interface FleetWatchParts {
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly rules: FleetWatchRules;
  /** Every recorder there is, with when it was last heard. */
  readonly recorders: () => readonly { readonly id: RecorderId; readonly lastSeenAt?: UtcMs | undefined }[];
  readonly siteOf: (recorderId: RecorderId) => SiteId | undefined;
  readonly sourceOf: (
    sourceId: string,
  ) => { readonly recorderId: RecorderId; readonly counterId: CounterId } | undefined;
  readonly isOnline: (recorderId: RecorderId) => boolean;
  /** The recorder's clock minus ours. */
  readonly clockOffsetMs: (recorderId: RecorderId) => number;
  /** Whether the counter serves now. */
  readonly isOnDuty: (counterId: CounterId) => boolean;
}

const flapping = { flaps: 3, flapWindowMs: 60_000 };
const faultKinds: readonly string[] = recorderFaultKinds;

/**
 * Turns what recorders say, and their silence, into alarms. A recorder that is silent is one alarm: of its sources
 * nothing is known then, so they raise none of their own.
 */
export class FleetWatch {
  readonly #parts: FleetWatchParts;
  readonly #sources: Suspicions<SourceId>;
  readonly #silence: Suspicions<RecorderId>;
  readonly #statuses = new Map<
    SourceId,
    { readonly recorderId: RecorderId; readonly status: SourceStatus }
  >();
  readonly #startedMs: number;
  readonly #closedHours: ClosedHours;

  /** What stood when the program ended is not known now: recorders say it anew, or are found silent. */
  constructor(parts: FleetWatchParts) {
    this.#parts = parts;
    this.#sources = new Suspicions({ graceMs: parts.rules.sourceGraceMs, ...flapping });
    this.#silence = new Suspicions({ graceMs: parts.rules.recorderGraceMs, ...flapping });
    this.#startedMs = parts.clock.monotonicNowMs();
    this.#closedHours = new ClosedHours(parts.isOnDuty);
    parts.alarms.unknown();
  }

  recorderOnline(recorderId: RecorderId): void {
    this.#silence.note(recorderId, false, this.#nowMs);
    this.#parts.alarms.end(silentKey(recorderId));
  }

  recorderOffline(recorderId: RecorderId): void {
    for (const [sourceId, known] of this.#statuses) {
      if (known.recorderId !== recorderId) continue;
      this.#statuses.delete(sourceId);
      this.#sources.forget(sourceId);
    }
    this.#closedHours.forget(recorderId);
    this.#parts.alarms.unknown(recorderId);
    if (this.#silence.note(recorderId, true, this.#nowMs)) this.#raiseSilent(recorderId);
  }

  sourcesKnown(recorderId: RecorderId, statuses: readonly SourceStatus[]): void {
    for (const status of statuses) this.sourceChanged(recorderId, status);
  }

  sourceChanged(recorderId: RecorderId, status: SourceStatus): void {
    const { sourceId, state } = status;
    // A recorder speaks only of its own sources; the fleet has taken what it says before.
    if (this.#parts.sourceOf(sourceId)?.recorderId !== recorderId) return;
    if (state === 'starting' && status.retiredAt === undefined) return;
    this.#statuses.set(sourceId, { recorderId, status });
    const bad = isBad(status);
    if (!bad) this.#parts.alarms.end(sourceKey(sourceId), status.since);
    if (this.#sources.note(sourceId, bad, this.#nowMs)) this.#raiseSource(sourceId);
  }

  /** All faults that stand at this recorder: one that is not named has ended. */
  faultsKnown(recorderId: RecorderId, faults: readonly RecorderFault[]): void {
    const { alarms, siteOf, sourceOf } = this.#parts;
    const siteId = siteOf(recorderId);
    if (siteId === undefined) return;
    const standing = faults.map(({ kind, sourceId, since, evidence }) => {
      const source = sourceId === undefined ? undefined : sourceOf(sourceId);
      const own = source?.recorderId === recorderId ? { sourceId, counterId: source.counterId } : {};
      const key = `${kind}:${own.sourceId ?? recorderId}`;
      return { kind, key, place: { siteId, recorderId, ...own }, from: since, evidence };
    });
    for (const sighting of this.#closedHours.toRaise(recorderId, standing)) alarms.raise(sighting);
    const named = new Set(standing.map(({ key }) => key));
    for (const alarm of alarms.notEnded(recorderId)) {
      if (isFault(alarm) && !named.has(alarm.mergeKey)) alarms.end(alarm.mergeKey);
    }
  }

  entriesStored(recorderId: RecorderId, entries: readonly RecorderEntry[]): void {
    const siteId = this.#parts.siteOf(recorderId);
    if (siteId === undefined) return;
    const counterOf = (sourceId: SourceId) => {
      const source = this.#parts.sourceOf(sourceId);
      return source?.recorderId === recorderId ? source.counterId : undefined;
    };
    for (const sighting of sightingsIn(entries, { siteId, recorderId }, counterOf))
      this.#parts.alarms.happened(sighting);
  }

  statusReported(recorderId: RecorderId): void {
    const { alarms, rules, siteOf, clock } = this.#parts;
    const siteId = siteOf(recorderId);
    const offsetMs = Math.round(this.#parts.clockOffsetMs(recorderId));
    const key = `clock-offset:${recorderId}`;
    if (Math.abs(offsetMs) <= rules.clockToleranceMs) return alarms.end(key);
    if (siteId === undefined) return;
    const evidence = `the recorder's clock is ${offsetMs} ms from the monitor's`;
    alarms.raise({ kind: 'clock', key, place: { siteId, recorderId }, from: clock.wallNow(), evidence });
  }

  identityUsedTwice(recorderId: RecorderId, at: UtcMs): void {
    const siteId = this.#parts.siteOf(recorderId);
    if (siteId === undefined) return;
    const kind = 'recorder-identity-twice';
    this.#parts.alarms.happened({
      kind,
      key: `${kind}:${recorderId}`,
      place: { siteId, recorderId },
      from: at,
    });
  }

  /** A head of a recorder's ledger contradicts what the recorder told before, or is not its own. */
  headRefused(recorderId: RecorderId, evidence: string): void {
    const siteId = this.#parts.siteOf(recorderId);
    if (siteId === undefined) return;
    const [kind, from] = ['ledger-refused', this.#parts.clock.wallNow()] as const;
    const place = { siteId, recorderId };
    this.#parts.alarms.happened({ kind, key: `${kind}:${recorderId}`, place, from, evidence });
  }

  /** Whether a linked recorder states facts and signs no head over them. */
  headLooked(recorderId: RecorderId, overdue: boolean): void {
    const { alarms, siteOf, clock } = this.#parts;
    const [kind, siteId] = ['head-overdue', siteOf(recorderId)] as const;
    const key = `${kind}:${recorderId}`;
    if (!overdue) alarms.end(key);
    else if (siteId !== undefined)
      alarms.raise({ kind, key, place: { siteId, recorderId }, from: clock.wallNow() });
  }

  /** To be called every second or so. */
  sweep(): void {
    const nowMs = this.#nowMs;
    for (const sourceId of this.#sources.ripe(nowMs)) this.#raiseSource(sourceId);
    for (const sighting of this.#closedHours.opened(nowMs)) this.#parts.alarms.raise(sighting);
    if (nowMs - this.#startedMs >= this.#parts.rules.startGraceMs) {
      for (const { id } of this.#parts.recorders()) {
        const silent = !this.#parts.isOnline(id);
        if (this.#silence.note(id, silent, nowMs)) this.#raiseSilent(id);
      }
    }
  }

  #raiseSource(sourceId: SourceId): void {
    const { alarms, siteOf, sourceOf } = this.#parts;
    const known = this.#statuses.get(sourceId);
    const siteId = known && siteOf(known.recorderId);
    const counterId = sourceOf(sourceId)?.counterId;
    if (known === undefined || siteId === undefined) return;
    const { status, recorderId } = known;
    alarms.raise({
      kind: kindOf(status),
      key: sourceKey(sourceId),
      place: { siteId, recorderId, counterId, sourceId },
      from: status.since,
      cause: status.cause,
    });
  }

  #raiseSilent(recorderId: RecorderId): void {
    const { alarms, siteOf, clock, recorders } = this.#parts;
    const siteId = siteOf(recorderId);
    if (siteId === undefined) return;
    const from = recorders().find(({ id }) => id === recorderId)?.lastSeenAt ?? clock.wallNow();
    alarms.raise({
      kind: 'recorder-silent',
      key: silentKey(recorderId),
      place: { siteId, recorderId },
      from,
    });
  }

  get #nowMs(): number {
    return this.#parts.clock.monotonicNowMs();
  }
}

const sourceKey = (sourceId: SourceId) => `source:${sourceId}`;
const silentKey = (recorderId: RecorderId) => `recorder-silent:${recorderId}`;

/** A full or failing disk stops every source at once: that is the recorder's fault to tell, once. */
function isBad({ state, cause, retiredAt }: SourceStatus): boolean {
  if (retiredAt !== undefined || cause === 'disk-full' || cause === 'disk-failed') return false;
  return state === 'retrying' || state === 'refused';
}

function kindOf({ cause }: SourceStatus): AlarmKind {
  if (cause === 'camera-stalled') return 'source-stalled';
  return cause === 'sound-missing' ? 'sound-missing' : 'source-down';
}

function isFault({ kind, mergeKey }: AlarmFact): boolean {
  return faultKinds.includes(kind) && mergeKey.startsWith(`${kind}:`);
}
