import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { DutyCalendar } from '@minhbach/shared/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, serverClock, useMay } from '../../app/index.ts';
import { useLanguage } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesProblem } from '../offices-problem.ts';
import { dayAfter, shownDay } from './duty-day.ts';
import { dutyQuery } from './duty-query.ts';
import { faultOfPlan, minutesAWeek, reduces, type DutyPlan } from './duty-week.ts';
import { Holidays } from './holidays.tsx';
import { WeekTable } from './week-table.tsx';

export function DutyEditor({
  counterId,
  name,
  calendar,
}: {
  readonly counterId: string;
  readonly name: string;
  readonly calendar: DutyCalendar;
}) {
  const text = useOfficesText();
  const [language] = useLanguage();
  const { sentence } = useOfficesProblem();
  const queries = useQueryClient();
  const mayChange = useMay('duty.change');
  const before: DutyPlan = { weekly: calendar.weekly, holidays: calendar.holidays };
  const [plan, setPlan] = useState<DutyPlan>(before);
  const [confirming, setConfirming] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [nowMs] = useState(() => serverClock.now() ?? Date.now());
  const changed = JSON.stringify(plan) !== JSON.stringify(before);
  const planFault = faultOfPlan(plan);
  const hours = (of: DutyPlan) =>
    (minutesAWeek(of) / 60).toLocaleString(language, { maximumFractionDigits: 1 });
  const tomorrow = shownDay(dayAfter(nowMs));

  const save = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const { requiredSources } = calendar;
      await api.put(`/counters/${counterId}/duty`, { ...plan, ...(requiredSources && { requiredSources }) });
      notifications.show({ message: text('duty.saved', { name }), withCloseButton: false });
      setConfirming(false);
      await queries.invalidateQueries({ queryKey: dutyQuery(counterId).queryKey });
    } catch (error) {
      setFault(error);
      setConfirming(false);
    }
    setBusy(false);
  };
  return (
    <div className="duty">
      <p className="offices-note">{text('duty.effective', { date: shownDay(calendar.effectiveFrom) })}</p>
      {mayChange ? null : <p className="offices-note">{text('duty.read-only')}</p>}
      <WeekTable plan={plan} readOnly={!mayChange} onChange={setPlan} />
      <p className="offices-note" aria-live="polite">
        {text('duty.hours', { hours: hours(plan) })}
      </p>
      <Holidays plan={plan} readOnly={!mayChange} onChange={setPlan} />
      {mayChange ? (
        <>
          <p className="offices-note">{text('duty.next-day', { date: tomorrow })}</p>
          {fault === undefined && planFault === undefined ? null : (
            <p className="offices-fault" role="alert">
              ✕ {planFault === undefined ? sentence(fault) : text(`duty.fault.${planFault}`)}
            </p>
          )}
          <Group>
            <Button
              disabled={!changed || planFault !== undefined}
              loading={busy}
              onClick={() => (reduces(before, plan) ? setConfirming(true) : void save())}
            >
              {text('duty.save')}
            </Button>
            <Button variant="default" disabled={!changed} onClick={() => setPlan(before)}>
              {text('duty.undo')}
            </Button>
          </Group>
        </>
      ) : null}
      <ConfirmDialog
        opened={confirming}
        title={text('duty.confirm-title')}
        confirmLabel={text('duty.confirm-yes')}
        danger
        busy={busy}
        onConfirm={() => void save()}
        onClose={() => setConfirming(false)}
      >
        <div className="duty-says">
          {' '}
          {minutesAWeek(plan) < minutesAWeek(before) ? (
            <p>{text('duty.reduces', { before: hours(before), after: hours(plan) })}</p>
          ) : null}
          <p>{text('duty.confirm')}</p>
        </div>
      </ConfirmDialog>
    </div>
  );
}
