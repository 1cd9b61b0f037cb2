import type { Clock } from '@minhbach/shared/clock';
import {
  alarmSeverities,
  type AlarmKind,
  type AlarmSeverity,
  type GapCause,
} from '@minhbach/shared/protocol';
import {
  utcMs,
  type AlarmId,
  type PersonId,
  type RecorderId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { AlarmFact, AlarmPlace, CameraFigures } from './alarm-fact.ts';
import { severityOf, worse } from './alarm-kind-facts.ts';
import type { AlarmTables } from './alarm-schema.ts';
import type { AlarmStore } from './alarm-store.ts';

/** What a machine saw that somebody must own. */
export interface AlarmSighting {
  readonly kind: AlarmKind;
  /** What is wrong with what. While an alarm of this key is open, what is seen again is added to it. */
  readonly key: string;
  readonly place: AlarmPlace;
  readonly from: UtcMs;
  readonly cause?: GapCause | undefined;
  readonly evidence?: string | undefined;
  readonly cameras?: CameraFigures | undefined;
}

export interface AlarmRules {
  /** An alarm that nobody owns for this long is passed up, and again after as long. */
  readonly escalateAfterMs: number;
  /** What comes back within this after its end reopens the alarm that was closed; later it is a new one. */
  readonly reopenWithinMs: number;
}

/** What is told outside the building. */
export type OutwardEvent = 'raised' | 'reopened' | 'worsened' | 'escalated' | 'closed';

export interface AlarmsParts {
  readonly database: MonitorDatabase;
  readonly store: AlarmStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly rules: AlarmRules;
  /** Called within the transaction that makes the change. */
  readonly outward: (event: OutwardEvent, alarm: AlarmFact) => void;
  /** Called once the change is durable. */
  readonly announce: (alarm: AlarmFact) => void;
}

const mostEscalations = 3;

/**
 * The life of alarms as machines drive it: raised, merged, ended, reopened, passed up. People's acts are in
 * `AlarmActs`. Everything is durable on return.
 */
export class Alarms {
  readonly #parts: AlarmsParts;

  constructor(parts: AlarmsParts) {
    this.#parts = parts;
  }

  /** The condition stands from now on, until `end`. Seeing it again while it stands changes nothing but its details. */
  raise(sighting: AlarmSighting): AlarmFact {
    return this.#see(sighting, false);
  }

  /** Something that happened and is over: the alarm's condition has ended, the alarm has not. */
  happened(sighting: AlarmSighting): AlarmFact {
    return this.#see(sighting, true);
  }

  /** The condition is over. The alarm stays until a person closes it. */
  end(key: string, at: UtcMs = this.#now): void {
    const alarm = this.#parts.store.latest(key);
    if (alarm !== undefined && alarm.condition !== 'ended') {
      this.change(alarm.id, { set: { condition: 'ended', to_ms: Math.max(at, alarm.lastSeen) } });
    }
  }

  /** A person explained all of it away: the condition is over, and the alarm closed in that person's name. */
  explained(key: string, by: { readonly personId: PersonId; readonly text: string }): void {
    const alarm = this.#parts.store.latest(key);
    if (alarm === undefined || alarm.state === 'closed') return this.end(key);
    const now = this.#now;
    const to = alarm.to ?? utcMs(Math.max(now, alarm.lastSeen));
    this.change(alarm.id, {
      set: {
        ...{ condition: 'ended', to_ms: to, state: 'closed' },
        ...{ closed_at: now, closed_by: by.personId, closing_reason: by.text },
      },
      audit: {
        kind: 'alarm-closed',
        personId: by.personId,
        subject: { condition: 'ended' },
        shielded: { reason: by.text },
      },
      outward: 'closed',
    });
  }

  /** Nobody can say now how things stand: with a recorder, or with anything. */
  unknown(recorderId?: RecorderId): void {
    for (const alarm of this.#parts.store.notEnded(recorderId)) {
      if (alarm.condition === 'standing') this.change(alarm.id, { set: { condition: 'unknown' } });
    }
  }

  notEnded(recorderId?: RecorderId): AlarmFact[] {
    return this.#parts.store.notEnded(recorderId);
  }

  /** Passes up what nobody has owned for too long. */
  escalate(): void {
    const { rules, store } = this.#parts;
    const now = this.#now;
    for (const alarm of store.unownedSince(utcMs(Math.max(0, now - rules.escalateAfterMs)))) {
      const due = Math.floor((now - alarm.unownedSince) / rules.escalateAfterMs);
      const escalation = Math.min(mostEscalations, due);
      if (escalation <= alarm.escalation) continue;
      const severity = raised(alarm.severity, escalation - alarm.escalation);
      this.change(alarm.id, {
        set: { escalation, severity },
        audit: { kind: 'alarm-escalated', subject: { escalation, severity } },
        outward: 'escalated',
      });
    }
  }

  /** One change with its audit entry and what is told outside, all or nothing; then it is announced. */
  change(
    id: AlarmId,
    of: {
      readonly set: Partial<Omit<AlarmTables['alarm'], 'id' | 'seq'>>;
      readonly audit?: AuditFact;
      readonly outward?: OutwardEvent;
    },
  ): AlarmFact {
    const { database, store, audit, outward, announce } = this.#parts;
    const alarm = database.transaction(() => {
      const changed = store.update(id, of.set);
      if (of.audit !== undefined) audit.append(withSubject(of.audit, changed));
      if (of.outward !== undefined) outward(of.outward, changed);
      return changed;
    });
    announce(alarm);
    return alarm;
  }

  #see(sighting: AlarmSighting, over: boolean): AlarmFact {
    const { store, rules } = this.#parts;
    const before = store.latest(sighting.key);
    if (before === undefined) return this.#insert(sighting, over);
    const begins = before.condition === 'ended';
    const seen = { ...detailsOf(sighting), ...(over ? ended(sighting.from) : standing) };
    // What an entry tells of is part of what stands already.
    if (!begins && over) return before;
    if (!begins) {
      const same =
        before.condition === seen.condition &&
        before.cause === sighting.cause &&
        before.cameras?.working === sighting.cameras?.working;
      return same ? before : this.#add(before, sighting, seen);
    }
    const again = {
      ...seen,
      last_seen_ms: Math.max(sighting.from, before.lastSeen),
      count: before.count + 1,
    };
    if (before.state !== 'closed') return this.#add(before, sighting, again);
    if (this.#now - (before.to ?? before.lastSeen) > rules.reopenWithinMs)
      return this.#insert(sighting, over);
    return this.change(before.id, {
      set: { ...again, ...unowned(this.#now), severity: severityOf(sighting) },
      audit: { kind: 'alarm-reopened', subject: { count: again.count } },
      outward: 'reopened',
    });
  }

  /** What is seen of an open alarm may lift its severity, which is then told again; it lowers none. */
  #add(
    before: AlarmFact,
    sighting: AlarmSighting,
    set: Partial<Omit<AlarmTables['alarm'], 'id' | 'seq'>>,
  ): AlarmFact {
    const severity = worse(before.severity, severityOf(sighting));
    if (severity === before.severity) return this.change(before.id, { set });
    return this.change(before.id, {
      set: { ...set, severity },
      audit: { kind: 'alarm-escalated', subject: { escalation: before.escalation, severity } },
      outward: 'worsened',
    });
  }

  #insert(sighting: AlarmSighting, over: boolean): AlarmFact {
    const { database, store, audit, outward, announce } = this.#parts;
    const { kind, key, place, from } = sighting;
    const at = 'siteId' in place ? place : undefined;
    const alarm = database.transaction(() => {
      const inserted = store.insert({
        kind,
        merge_key: key,
        severity: severityOf(sighting),
        unit_id: 'unitId' in place ? place.unitId : null,
        site_id: at?.siteId ?? null,
        recorder_id: at?.recorderId ?? null,
        counter_id: at?.counterId ?? null,
        source_id: at?.sourceId ?? null,
        from_ms: from,
        last_seen_ms: from,
        count: 1,
        ...detailsOf(sighting),
        ...(over ? ended(from) : standing),
        ...unowned(this.#now),
      });
      audit.append(withSubject({ kind: 'alarm-raised' }, inserted));
      outward('raised', inserted);
      return inserted;
    });
    announce(alarm);
    return alarm;
  }

  get #now(): UtcMs {
    return this.#parts.clock.wallNow();
  }
}

const standing = { condition: 'standing', to_ms: null } as const;
const ended = (at: UtcMs) => ({ condition: 'ended', to_ms: at }) as const;

function detailsOf({ cause, evidence, cameras }: AlarmSighting) {
  return {
    cause: cause ?? null,
    evidence: evidence?.slice(0, 500) ?? null,
    cameras_declared: cameras?.declared ?? null,
    cameras_working: cameras?.working ?? null,
  };
}

/** As nobody has touched it: what raising and reopening begin with. */
function unowned(now: UtcMs) {
  return {
    state: 'raised',
    raised_at: now,
    unowned_since: now,
    escalation: 0,
    acknowledged_at: null,
    acknowledged_by: null,
    owned_at: null,
    owned_by: null,
    explained_at: null,
    explained_by: null,
    explanation: null,
    closed_at: null,
    closed_by: null,
    closing_reason: null,
  } as const;
}

function raised(severity: AlarmSeverity, by: number): AlarmSeverity {
  return (
    alarmSeverities[Math.min(alarmSeverities.length - 1, alarmSeverities.indexOf(severity) + by)] ?? severity
  );
}

function withSubject(fact: AuditFact, alarm: AlarmFact): AuditFact {
  return { ...fact, subject: { alarmId: alarm.id, alarmKind: alarm.kind, ...alarm.place, ...fact.subject } };
}
