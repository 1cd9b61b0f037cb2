import type { Alarm, AlarmAct, AlarmSeverity } from '@minhbach/shared/protocol';
import type { Tone } from '../ui-kit/index.ts';

export const severityTone = {
  low: 'muted',
  medium: 'warn',
  high: 'alarm',
  critical: 'alarm',
} as const satisfies Record<AlarmSeverity, Tone>;

export const conditionTone = {
  standing: 'alarm',
  unknown: 'warn',
  ended: 'plain',
} as const satisfies Record<Alarm['condition'], Tone>;

type Written = AlarmAct & { readonly text?: string | undefined };

/** Who did it and when, in states that have it and for readers who may know. */
export function actOf(alarm: Alarm, name: 'acknowledged' | 'owner'): AlarmAct | undefined {
  if (alarm.state === 'raised') return undefined;
  if (name === 'acknowledged') return alarm.acknowledged;
  return alarm.state === 'acknowledged' ? undefined : alarm.owner;
}

export function textOf(alarm: Alarm, name: 'explanation' | 'closed'): Written | undefined {
  if (alarm.state === 'closed') return alarm[name];
  return alarm.state === 'explained' && name === 'explanation' ? alarm.explanation : undefined;
}
