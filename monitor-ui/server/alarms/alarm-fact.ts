import type {
  AlarmAct,
  AlarmCondition,
  AlarmKind,
  AlarmSeverity,
  AlarmState,
  GapCause,
} from '@minhbach/shared/protocol';
import {
  utcMs,
  type AlarmId,
  type CounterId,
  type RecorderId,
  type SiteId,
  type SourceId,
  type UnitId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { AlarmTables } from './alarm-schema.ts';

/** Where and about what an alarm is. A site, or what concerns all of a unit's sites. */
export type AlarmPlace =
  | {
      readonly siteId: SiteId;
      readonly recorderId?: RecorderId | undefined;
      readonly counterId?: CounterId | undefined;
      readonly sourceId?: SourceId | undefined;
    }
  | { readonly unitId: UnitId };

export interface CameraFigures {
  readonly declared: number;
  readonly working: number;
}

/** An alarm with all that is known of it; what of that a reader may see is decided in `alarm-view.ts`. */
export interface AlarmFact {
  readonly id: AlarmId;
  readonly seq: number;
  readonly kind: AlarmKind;
  readonly mergeKey: string;
  readonly severity: AlarmSeverity;
  readonly place: AlarmPlace;
  /** Whose sites it concerns. */
  readonly unitId: UnitId;
  readonly siteName: string | undefined;
  readonly counterName: string | undefined;
  readonly cause: GapCause | undefined;
  readonly evidence: string | undefined;
  readonly cameras: CameraFigures | undefined;
  readonly from: UtcMs;
  readonly lastSeen: UtcMs;
  readonly to: UtcMs | undefined;
  readonly condition: AlarmCondition;
  readonly count: number;
  readonly raisedAt: UtcMs;
  readonly unownedSince: UtcMs;
  readonly escalation: number;
  readonly state: AlarmState;
  readonly acknowledged: AlarmAct | undefined;
  readonly owner: AlarmAct | undefined;
  readonly explanation: (AlarmAct & { readonly text: string }) | undefined;
  readonly closed: (AlarmAct & { readonly text: string | undefined }) | undefined;
}

/** A row with the names of the people and places in it. */
export type AlarmRow = AlarmTables['alarm'] & {
  of_unit: UnitId;
  site_name: string | null;
  counter_name: string | null;
  acknowledged_name: string | null;
  owned_name: string | null;
  explained_name: string | null;
  closed_name: string | null;
};

export function toFact(row: AlarmRow): AlarmFact {
  const explained = act(row.explained_by, row.explained_name, row.explained_at);
  const closed = act(row.closed_by, row.closed_name, row.closed_at);
  const { cameras_declared: declared, cameras_working: working } = row;
  return {
    id: row.id,
    seq: row.seq,
    kind: row.kind,
    mergeKey: row.merge_key,
    severity: row.severity,
    place:
      row.site_id === null
        ? { unitId: row.of_unit }
        : {
            siteId: row.site_id,
            recorderId: row.recorder_id ?? undefined,
            counterId: row.counter_id ?? undefined,
            sourceId: row.source_id ?? undefined,
          },
    unitId: row.of_unit,
    siteName: row.site_name ?? undefined,
    counterName: row.counter_name ?? undefined,
    cause: row.cause ?? undefined,
    evidence: row.evidence ?? undefined,
    cameras: declared === null || working === null ? undefined : { declared, working },
    from: utcMs(row.from_ms),
    lastSeen: utcMs(row.last_seen_ms),
    to: row.to_ms === null ? undefined : utcMs(row.to_ms),
    condition: row.condition,
    count: row.count,
    raisedAt: utcMs(row.raised_at),
    unownedSince: utcMs(row.unowned_since),
    escalation: row.escalation,
    state: row.state,
    acknowledged: act(row.acknowledged_by, row.acknowledged_name, row.acknowledged_at),
    owner: act(row.owned_by, row.owned_name, row.owned_at),
    explanation: explained && { ...explained, text: row.explanation ?? '' },
    closed: closed && { ...closed, text: row.closing_reason ?? undefined },
  };
}

function act(id: string | null, displayName: string | null, at: number | null): AlarmAct | undefined {
  return id === null || at === null ? undefined : { id, displayName: displayName ?? '', at: utcMs(at) };
}
