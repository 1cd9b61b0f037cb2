import { ActionIcon, Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useOfficesText } from '../i18n/index.ts';
import {
  faultOfDay,
  mondayForAll,
  nextSpan,
  officeHours,
  roundTheClock,
  spansOf,
  weekdays,
  withSpans,
  type DutyPlan,
  type Span,
} from './duty-week.ts';
import { SpanField } from './span-field.tsx';

export function WeekTable({
  plan,
  readOnly,
  onChange,
}: {
  readonly plan: DutyPlan;
  readonly readOnly: boolean;
  readonly onChange: (plan: DutyPlan) => void;
}) {
  const text = useOfficesText();
  const preset = (weekly: readonly Span[]) => onChange({ ...plan, weekly });
  return (
    <div className="duty-week">
      <Group justify="space-between">
        <h3>{text('duty.week')}</h3>
        {readOnly ? null : (
          <Group gap="xs" role="group" aria-label={text('duty.preset')}>
            <Button variant="default" size="sm" onClick={() => preset(officeHours)}>
              {text('duty.preset-office')}
            </Button>
            <Button variant="default" size="sm" onClick={() => preset(roundTheClock)}>
              {text('duty.preset-always')}
            </Button>
            <Button variant="subtle" size="sm" onClick={() => onChange(mondayForAll(plan))}>
              {text('duty.copy-week')}
            </Button>
          </Group>
        )}
      </Group>
      <ul>
        {weekdays.map((weekday) => {
          const spans = spansOf(plan, weekday);
          const free = nextSpan(plan, weekday);
          const fault = faultOfDay(plan, weekday);
          const day = text(`duty.weekday.${weekday}`);
          const put = (index: number, span: Span | undefined) =>
            onChange(
              withSpans(
                plan,
                weekday,
                spans.flatMap((other, at) => (at === index ? (span === undefined ? [] : [span]) : [other])),
              ),
            );
          return (
            <li key={weekday} {...(fault === undefined ? {} : { 'data-fault': fault })}>
              <b>{day}</b>
              <div className="duty-spans">
                {spans.length === 0 ? <span className="offices-note">{text('duty.off')}</span> : null}
                {spans.map((span, index) => (
                  <SpanField
                    key={index}
                    span={span}
                    day={day}
                    readOnly={readOnly}
                    onChange={(next) => put(index, next)}
                  />
                ))}
                {readOnly || free === undefined ? null : (
                  <ActionIcon
                    variant="default"
                    size="lg"
                    aria-label={text('duty.add-span', { weekday: day })}
                    onClick={() => onChange(withSpans(plan, weekday, [...spans, free]))}
                  >
                    <IconPlus size={16} />
                  </ActionIcon>
                )}
              </div>
              {fault === undefined ? null : (
                <small className="offices-fault">✕ {text(`duty.fault.${fault}`)}</small>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
