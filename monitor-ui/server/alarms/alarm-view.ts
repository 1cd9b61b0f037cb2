import { alarmKinds, alarmSchema, type Alarm, type AlarmKind } from '@minhbach/shared/protocol';
import { may, seesUnit, type Actor } from '../access/index.ts';
import type { AlarmFact } from './alarm-fact.ts';
import { isForRole } from './alarm-kind-facts.ts';

/** Kinds this person's role hears of. */
export function kindsFor(actor: Actor): AlarmKind[] {
  return may(actor, 'alarms.read') ? alarmKinds.filter((kind) => isForRole(kind, actor.person.role)) : [];
}

export function seesAlarm(actor: Actor, fact: AlarmFact): boolean {
  return may(actor, 'alarms.read') && isForRole(fact.kind, actor.person.role) && seesUnit(actor, fact.unitId);
}

/**
 * The alarm as this person may see it. Free text may tell of complaints: it is for those who watch and audit, and for
 * who wrote it. A head sees neither people nor what machines said word for word.
 */
export function asSeenBy(actor: Actor, fact: AlarmFact): Alarm {
  const { role, id } = actor.person;
  const isHead = role === 'head';
  const readsText = role === 'monitor' || role === 'supervisor' || role === 'auditor';
  const textFor = (act: { readonly id: string; readonly text: string | undefined }) =>
    readsText || act.id === id ? act.text : undefined;
  const { state, place, owner, explanation, closed, acknowledged } = fact;
  const people = {
    acknowledged,
    owner,
    explanation: explanation && { ...explanation, text: textFor(explanation) },
    closed: closed && { ...closed, text: textFor(closed) },
  };
  const shown = {
    id: fact.id,
    seq: fact.seq,
    kind: fact.kind,
    severity: fact.severity,
    ...place,
    cause: fact.cause,
    evidence: isHead ? undefined : fact.evidence,
    cameras: fact.cameras,
    from: fact.from,
    lastSeen: fact.lastSeen,
    to: fact.to,
    condition: fact.condition,
    count: fact.count,
    raisedAt: fact.raisedAt,
    escalation: fact.escalation,
    state,
    ...(isHead ? {} : peopleOf[state].reduce((some, name) => ({ ...some, [name]: people[name] }), {})),
  };
  return alarmSchema.parse(withoutAbsent(shown));
}

/** Whose names belong to each state. */
const peopleOf = {
  raised: [],
  acknowledged: ['acknowledged'],
  owned: ['acknowledged', 'owner'],
  explained: ['acknowledged', 'owner', 'explanation'],
  closed: ['acknowledged', 'owner', 'explanation', 'closed'],
} as const satisfies Record<
  AlarmFact['state'],
  readonly ('acknowledged' | 'owner' | 'explanation' | 'closed')[]
>;

function withoutAbsent(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]): [string, unknown] => [
        key,
        typeof value === 'object' && value !== null ? withoutAbsent(value as object) : value,
      ]),
  );
}
