import type { Clock } from '@minhbach/shared/clock';
import type { Alarm, AlarmState } from '@minhbach/shared/protocol';
import { requireMay, unitSight, type Action, type Actor } from '../access/index.ts';
import { conflict, notFound } from '../problem/index.ts';
import type { AlarmFact } from './alarm-fact.ts';
import type { AlarmQuery, AlarmStore } from './alarm-store.ts';
import { asSeenBy, kindsFor, seesAlarm } from './alarm-view.ts';
import type { Alarms } from './alarms.ts';

/**
 * What people do with alarms. Every act is durable and in the audit on return; an act that would change nothing changes
 * nothing. Throws the 404 for what is out of sight, 409 `alarm-state` for what the alarm's state does not allow.
 */
export class AlarmActs {
  readonly #alarms: Alarms;
  readonly #store: AlarmStore;
  readonly #clock: Clock;

  constructor(alarms: Alarms, store: AlarmStore, clock: Clock) {
    this.#alarms = alarms;
    this.#store = store;
    this.#clock = clock;
  }

  find(actor: Actor, id: string): Alarm {
    return asSeenBy(actor, this.#require(actor, id));
  }

  /** The latest raised first; after a `seq`, the oldest change first. */
  list(
    actor: Actor,
    query: Omit<AlarmQuery, 'sight' | 'kinds'> & { readonly kind?: string | undefined },
  ): Alarm[] {
    const { kind, ...rest } = query;
    const sight = unitSight(actor);
    if (sight === 'nothing') return [];
    const kinds = kindsFor(actor).filter((known) => kind === undefined || known === kind);
    return this.#store.list({ ...rest, sight, kinds }).map((fact) => asSeenBy(actor, fact));
  }

  /** Seen, and nobody's yet. */
  acknowledge(actor: Actor, id: string): Alarm {
    const alarm = this.#open(actor, id, 'alarms.acknowledge');
    if (alarm.state === 'acknowledged' && alarm.acknowledged?.id === actor.person.id)
      return asSeenBy(actor, alarm);
    if (alarm.state !== 'raised') throw wrongState(alarm.state);
    const changed = this.#alarms.change(alarm.id, {
      set: { state: 'acknowledged', ...this.#by(actor, 'acknowledged') },
      audit: { kind: 'alarm-acknowledged', personId: actor.person.id },
    });
    return asSeenBy(actor, changed);
  }

  /** The person takes it, also from somebody else. */
  own(actor: Actor, id: string): Alarm {
    const alarm = this.#open(actor, id, 'alarms.own');
    if (alarm.owner?.id === actor.person.id) return asSeenBy(actor, alarm);
    const changed = this.#alarms.change(alarm.id, {
      set: { state: alarm.state === 'explained' ? 'explained' : 'owned', ...this.#by(actor, 'owned') },
      audit: { kind: 'alarm-owned', personId: actor.person.id, subject: { ownedBefore: alarm.owner?.id } },
    });
    return asSeenBy(actor, changed);
  }

  /** Says what was behind it; a later explanation takes the place of an earlier one, which the audit keeps. */
  explain(actor: Actor, id: string, text: string): Alarm {
    const alarm = this.#open(actor, id, 'alarms.explain');
    const changed = this.#alarms.change(alarm.id, {
      set: { state: 'explained', ...this.#by(actor, 'explained'), explanation: text },
      audit: { kind: 'alarm-explained', personId: actor.person.id, shielded: { text } },
    });
    return asSeenBy(actor, changed);
  }

  /** Throws 409 `condition-stands` without a reason while the condition stands or nobody can say. */
  close(actor: Actor, id: string, reason: string | undefined): Alarm {
    const alarm = this.#open(actor, id, 'alarms.close');
    if (alarm.condition !== 'ended' && reason === undefined) {
      throw conflict(
        'condition-stands',
        'What raised the alarm has not ended; closing it now needs a reason.',
        {
          condition: alarm.condition,
        },
      );
    }
    const changed = this.#alarms.change(alarm.id, {
      set: { state: 'closed', ...this.#by(actor, 'closed'), closing_reason: reason ?? null },
      audit: {
        kind: 'alarm-closed',
        personId: actor.person.id,
        subject: { condition: alarm.condition },
        shielded: { reason },
      },
      outward: 'closed',
    });
    return asSeenBy(actor, changed);
  }

  #open(actor: Actor, id: string, action: Action): AlarmFact {
    requireMay(actor, action);
    const alarm = this.#require(actor, id);
    if (alarm.state === 'closed') throw wrongState(alarm.state);
    return alarm;
  }

  #require(actor: Actor, id: string): AlarmFact {
    const alarm = this.#store.find(id);
    if (alarm === undefined || !seesAlarm(actor, alarm)) throw notFound('alarm');
    return alarm;
  }

  #by<Act extends 'acknowledged' | 'owned' | 'explained' | 'closed'>({ person }: Actor, act: Act) {
    return { [`${act}_by`]: person.id, [`${act}_at`]: this.#clock.wallNow() };
  }
}

function wrongState(state: AlarmState): Error {
  return conflict('alarm-state', `An alarm that is ${state} cannot be treated so.`, { state });
}
