import type { Alarm } from '@minhbach/shared/protocol';
import { StateDot } from '../ui-kit/index.ts';
import { actOf, conditionTone, severityTone } from './alarm-words.ts';
import { alarmHas, useAlarmText } from './i18n/index.ts';

/** Severity and whether it goes on: each by shape and word. */
export function AlarmMarks({ alarm }: { readonly alarm: Alarm }) {
  const text = useAlarmText();
  return (
    <>
      <StateDot tone={severityTone[alarm.severity]} word={text(`severity.${alarm.severity}`)} />
      <StateDot tone={conditionTone[alarm.condition]} word={text(`condition.${alarm.condition}`)} />
    </>
  );
}

/** Why, how often, passed up: one line. */
export function AlarmDetail({ alarm }: { readonly alarm: Alarm }) {
  const text = useAlarmText();
  const causeKey = `cause.${alarm.cause ?? ''}`;
  const parts = [
    ...(alarmHas(causeKey) ? [text(causeKey)] : []),
    ...(alarm.cameras === undefined ? [] : [text('cameras.figures', { ...alarm.cameras })]),
    ...(alarm.count > 1 ? [text('count.times', { count: alarm.count })] : []),
    ...(alarm.escalation > 0 ? [text('escalated', { count: alarm.escalation })] : []),
  ];
  return parts.length === 0 ? null : <small>{parts.join(' · ')}</small>;
}

/** Whose it is, or that it is nobody's. */
export function AlarmOwner({ alarm }: { readonly alarm: Alarm }) {
  const text = useAlarmText();
  const owner = actOf(alarm, 'owner');
  if (owner !== undefined)
    return <span className="alarm-owner">{text('owner.is', { name: owner.displayName })}</span>;
  return alarm.state === 'owned' || alarm.state === 'closed' ? null : (
    <span className="alarm-owner tone-warn">{text('owner.none')}</span>
  );
}
