import type { CompletenessDay } from '@minhbach/shared/protocol';
import { useLanguage } from '../../i18n/index.ts';
import { formatDuration } from '../../ui-kit/index.ts';
import { shownDay } from '../duty/duty-day.ts';
import { useOfficesText } from '../i18n/index.ts';
import { lookOf, recordedPercent, type DayLook } from './duty-parts.ts';
import { daysOf, weekdayOf } from './month-days.ts';

const signs = {
  none: '·',
  whole: '✓',
  explained: '◐',
  unexplained: '✕',
  pending: '…',
} as const satisfies Record<DayLook, string>;
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** A month of days, each with what became of its duty; the chosen one is shown in full beside it. */
export function MonthGrid({
  month,
  days,
  chosen,
  onChoose,
}: {
  readonly month: string;
  readonly days: readonly CompletenessDay[];
  readonly chosen: string;
  readonly onChoose: (date: string) => void;
}) {
  const text = useOfficesText();
  const [language] = useLanguage();
  const byDate = new Map(days.map((day) => [day.date, day]));
  return (
    <div className="month" role="group" aria-label={text('completeness.month')}>
      {weekdays.map((weekday) => (
        <span key={weekday} className="month-head" aria-hidden>
          {text(`completeness.weekday.${weekday}`)}
        </span>
      ))}
      {daysOf(month).map((date) => {
        const day = byDate.get(date);
        const look = day === undefined ? 'none' : lookOf(day);
        const missing = day === undefined || day.unexplainedMs === 0 ? '' : formatDuration(day.unexplainedMs);
        const figure = day === undefined || look === 'none' ? '' : recordedPercent(day, language);
        return (
          <button
            key={date}
            type="button"
            className="month-day"
            data-look={look}
            style={date.endsWith('-01') ? { gridColumnStart: weekdayOf(date) } : undefined}
            aria-pressed={date === chosen}
            onClick={() => onChoose(date)}
          >
            <span>
              {Number(date.slice(-2))} <b aria-hidden>{signs[look]}</b>
            </span>
            <small>{figure}</small>
            <span className="visually-hidden">
              {`${shownDay(date)}: ${text(`completeness.look.${look}`)} ${missing}`}
            </span>
          </button>
        );
      })}
    </div>
  );
}
