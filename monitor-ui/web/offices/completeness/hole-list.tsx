import { Button } from '@mantine/core';
import type { CompletenessDayDetail, DutyHole } from '@minhbach/shared/protocol';
import { useCounters } from '../../app/index.ts';
import { useTimelineText } from '../../timeline/index.ts';
import { formatDuration, formatTime } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';

/** What is missing of a day, with what machines saw, which explains nothing. */
export function HoleList({
  counterId,
  day,
  onExplain,
}: {
  readonly counterId: string;
  readonly day: CompletenessDayDetail;
  readonly onExplain: ((hole: DutyHole) => void) | undefined;
}) {
  const text = useOfficesText();
  const causeText = useTimelineText();
  const sources = useCounters().data?.find(({ id }) => id === counterId)?.sources ?? [];
  const known = day.holes.filter(({ state }) => state !== 'pending');
  if (known.length === 0) return <p className="offices-note">{text('completeness.no-holes')}</p>;
  const nameOf = (sourceId: string) =>
    sources.find(({ id }) => id === sourceId)?.name ?? text('completeness.retired-source');
  return (
    <>
      <ul className="hole-list">
        {known.map((hole) => (
          <li key={hole.from} data-part={hole.state}>
            <span className="hole-state">
              {hole.state === 'explained' ? '◐' : '✕'} {text(`completeness.${hole.state}`)}
            </span>
            <span>
              {formatTime(hole.from)} – {formatTime(hole.to)} ({formatDuration(hole.to - hole.from)})
            </span>
            <span className="offices-grow">
              {hole.lacking.length === 0
                ? text('completeness.unequipped')
                : hole.lacking
                    .map(({ sourceId, cause }) =>
                      cause === undefined
                        ? nameOf(sourceId)
                        : `${nameOf(sourceId)}: ${causeText(`cause.${cause}`)}`,
                    )
                    .join('; ')}
            </span>
            {hole.state === 'unexplained' && onExplain !== undefined ? (
              <Button
                size="xs"
                variant="default"
                aria-label={text('completeness.ask-of', {
                  from: formatTime(hole.from),
                  to: formatTime(hole.to),
                })}
                onClick={() => onExplain(hole)}
              >
                {text('completeness.ask')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {day.more ? <p className="offices-note">{text('completeness.more')}</p> : null}
    </>
  );
}
