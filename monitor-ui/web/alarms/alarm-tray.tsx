import type { Alarm } from '@minhbach/shared/protocol';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { useMay } from '../app/index.ts';
import { ErrorState, Kbd, LoadingState, useProblemText } from '../ui-kit/index.ts';
import { AlarmClock } from './alarm-clock.tsx';
import { AlarmDetail, AlarmMarks, AlarmOwner } from './alarm-facts.tsx';
import { actOf } from './alarm-words.ts';
import './alarms.css';
import { useAlarmText } from './i18n/index.ts';
import { useAlarmDeed, useAlarms } from './use-alarms.ts';
import { usePlaceName } from './use-place-name.ts';

const shownAtMost = 12;
const open = { state: 'open' } as const;
const trayId = 'alarm-tray';

/** Puts the keyboard on the tray: on the first alarm nobody owns, else on the tray itself. */
export function focusAlarmTray(): void {
  const tray = document.getElementById(trayId);
  const first =
    tray?.querySelector<HTMLElement>('[data-own]') ?? tray?.querySelector<HTMLElement>('a') ?? tray;
  first?.focus();
  first?.scrollIntoView({ block: 'nearest' });
}

/** Open alarms on the wall: what nobody owns first. */
export function AlarmTray() {
  return useMay('alarms.read') ? <OpenAlarms /> : null;
}

function OpenAlarms() {
  const text = useAlarmText();
  const { data, isPending, isError, error, refetch, take } = useAlarms(open);
  const placeName = usePlaceName();
  const alarms = data?.alarms ?? [];
  const unowned = alarms.filter((alarm) => actOf(alarm, 'owner') === undefined);
  const shown = [...unowned, ...alarms.filter((alarm) => !unowned.includes(alarm))].slice(0, shownAtMost);
  return (
    <section
      id={trayId}
      className="alarm-tray"
      tabIndex={-1}
      aria-label={text('tray.label')}
      onKeyDown={moveWithin}
    >
      <h2 className="section-title" role="status">
        {alarms.length === 0
          ? text('tray.title')
          : text('tray.counts', { count: alarms.length, unowned: unowned.length })}{' '}
        <Kbd>A</Kbd>
      </h2>
      {isError ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {isPending ? <LoadingState /> : null}
      {data?.alarms.length === 0 ? <p className="alarm-none">{text('tray.none')}</p> : null}
      {shown.map((alarm) => (
        <TrayCard
          key={alarm.id}
          alarm={alarm}
          place={placeName(alarm)}
          onChanged={(changed) => take([changed])}
        />
      ))}
      {alarms.length > shown.length ? (
        <Link to="/alarms" search={open}>
          {text('tray.more', { count: alarms.length - shown.length })}
        </Link>
      ) : null}
    </section>
  );
}

function TrayCard({
  alarm,
  place,
  onChanged,
}: {
  readonly alarm: Alarm;
  readonly place: string;
  readonly onChanged: (alarm: Alarm) => void;
}) {
  const text = useAlarmText();
  const problemText = useProblemText();
  const mayOwn = useMay('alarms.own');
  const own = useAlarmDeed(alarm.id, onChanged);
  const unowned = actOf(alarm, 'owner') === undefined;
  const kind = text(`kind.${alarm.kind}`);
  return (
    <article className={`alarm-card alarm-${alarm.severity}`} data-alarm={alarm.id} data-kind={alarm.kind}>
      <p>
        <b>{kind}</b>
        {place === '' ? '' : ` · ${place}`}
      </p>
      <AlarmDetail alarm={alarm} />
      <div className="alarm-marks">
        <AlarmMarks alarm={alarm} />
        <AlarmClock since={alarm.lastSeen} />
      </div>
      <AlarmOwner alarm={alarm} />
      {own.isError ? (
        <small role="alert" className="tone-alarm">
          ✕ {problemText(own.error)}
        </small>
      ) : null}
      <div className="alarm-acts">
        {unowned && mayOwn ? (
          <button
            type="button"
            data-own
            disabled={own.isPending}
            aria-label={text('own.label', { kind, place })}
            onClick={() => own.mutate({ deed: 'own' })}
          >
            {text('own')}
          </button>
        ) : null}
        <Link
          to="/alarms"
          search={{ ...open, alarm: alarm.id }}
          aria-label={text('details.label', { kind, place })}
        >
          {text('details')}
        </Link>
      </div>
    </article>
  );
}

/** Arrows go from control to control, Escape leaves; the wall's own keys rest meanwhile. */
function moveWithin(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined && event.key !== 'Escape') return;
  event.preventDefault();
  event.stopPropagation();
  if (by === undefined) {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return;
  }
  const controls = [...event.currentTarget.querySelectorAll<HTMLElement>('button:enabled, a')];
  const at = controls.findIndex((control) => control === document.activeElement);
  controls[Math.max(0, Math.min(controls.length - 1, at + by))]?.focus();
}
