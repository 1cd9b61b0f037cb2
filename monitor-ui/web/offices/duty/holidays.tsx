import { Button, Group, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useOfficesText } from '../i18n/index.ts';
import { shownDay, typedDay } from './duty-day.ts';
import type { DutyPlan } from './duty-week.ts';

export function Holidays({
  plan,
  readOnly,
  onChange,
}: {
  readonly plan: DutyPlan;
  readonly readOnly: boolean;
  readonly onChange: (plan: DutyPlan) => void;
}) {
  const text = useOfficesText();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const put = (holidays: readonly string[]) =>
    onChange({ ...plan, holidays: [...new Set(holidays)].sort((a, b) => a.localeCompare(b)) });
  const add = (event: FormEvent) => {
    event.preventDefault();
    const day = typedDay(typed);
    setWrong(day === undefined);
    if (day === undefined) return;
    put([...plan.holidays, day]);
    setTyped('');
  };
  return (
    <div className="duty-holidays">
      <h3>{text('duty.holidays')}</h3>
      {plan.holidays.length === 0 ? <p className="offices-note">{text('duty.holidays-none')}</p> : null}
      <ul className="duty-days">
        {plan.holidays.map((day) => (
          <li key={day}>
            {readOnly ? (
              shownDay(day)
            ) : (
              <Button
                variant="default"
                size="sm"
                rightSection={<IconX size={14} />}
                aria-label={text('duty.holiday-remove', { date: shownDay(day) })}
                onClick={() => put(plan.holidays.filter((other) => other !== day))}
              >
                {shownDay(day)}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {readOnly ? null : (
        <form onSubmit={add} noValidate>
          <Group align="flex-end" gap="xs">
            <TextInput
              label={text('duty.holiday')}
              value={typed}
              error={wrong ? text('duty.fault.date') : null}
              maxLength={10}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
                setWrong(false);
              }}
            />
            <Button type="submit" variant="default">
              {text('duty.holiday-add')}
            </Button>
          </Group>
        </form>
      )}
    </div>
  );
}
