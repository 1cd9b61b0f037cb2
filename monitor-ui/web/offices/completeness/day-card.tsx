import type { CompletenessDayDetail, DutyHole } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useLanguage } from '../../i18n/index.ts';
import { ErrorState, formatDuration, LoadingState } from '../../ui-kit/index.ts';
import { shownDay } from '../duty/duty-day.ts';
import { useOfficesText } from '../i18n/index.ts';
import { dayQuery } from './completeness-queries.ts';
import { recordedPercent } from './duty-parts.ts';
import { HoleList } from './hole-list.tsx';

const parts = ['recorded', 'explained', 'unexplained', 'pending'] as const;

/** A day in full: the four parts of its duty, and what is missing of it. */
export function DayCard({
  counterId,
  date,
  onExplain,
}: {
  readonly counterId: string;
  readonly date: string;
  readonly onExplain: ((hole: DutyHole) => void) | undefined;
}) {
  const text = useOfficesText();
  const day = useQuery(dayQuery(counterId, date));
  return (
    <article className="offices-card" aria-label={shownDay(date)}>
      <h3>{shownDay(date)}</h3>
      {day.isPending ? <LoadingState /> : null}
      {day.isError ? <ErrorState error={day.error} retry={() => void day.refetch()} /> : null}
      {day.data === undefined ? null : day.data.dutyMs === 0 ? (
        <p className="offices-note">{text('completeness.no-duty')}</p>
      ) : (
        <>
          <DayParts day={day.data} />
          <HoleList counterId={counterId} day={day.data} onExplain={onExplain} />
        </>
      )}
    </article>
  );
}

function DayParts({ day }: { readonly day: CompletenessDayDetail }) {
  const text = useOfficesText();
  const [language] = useLanguage();
  return (
    <>
      <div className="day-bar" aria-hidden>
        {parts.map((part) => (
          <span key={part} data-part={part} style={{ flexGrow: day[`${part}Ms`] }} />
        ))}
      </div>
      <dl className="offices-facts">
        <div>
          <dt>{text('completeness.duty')}</dt>
          <dd>{formatDuration(day.dutyMs)}</dd>
        </div>
        {parts.map((part) => (
          <div key={part} data-part={part}>
            <dt>{text(`completeness.${part}`)}</dt>
            <dd>
              {formatDuration(day[`${part}Ms`])}
              {part === 'recorded' ? ` (${recordedPercent(day, language)})` : ''}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
