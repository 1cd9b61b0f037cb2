import type { Counter } from '@minhbach/shared/protocol';
import { Link } from '@tanstack/react-router';
import { ErrorState, formatTime } from '../ui-kit/index.ts';
import { useWallText } from './i18n/index.ts';
import { useRecentIncidents } from './use-recent-incidents.ts';

export function RecentIncidents({ counters }: { readonly counters: readonly Counter[] }) {
  const text = useWallText();
  const { data, isError, error, refetch } = useRecentIncidents();
  return (
    <section aria-live="polite">
      <h2 className="section-title">{text('incidents')}</h2>
      {isError ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {data?.length === 0 ? <p className="wall-none">{text('incidents.none')}</p> : null}
      {data?.map((incident) => (
        <article
          key={incident.id}
          className={`wall-card wall-card-${incident.severity}`}
          data-incident={incident.id}
        >
          <p>
            <b>{text(`category.${incident.category}`)}</b> ·{' '}
            {counters.find(({ id }) => id === incident.counterId)?.name ?? '?'}
          </p>
          <small>
            {formatTime(incident.from)}–{formatTime(incident.to)} · {text(`severity.${incident.severity}`)} ·{' '}
            {incident.own ? text('incidents.mine') : incident.createdBy.displayName}
          </small>
          {incident.note === undefined || incident.note === '' ? null : <small>“{incident.note}”</small>}
          {incident.own ? (
            <Link to="/playback" search={{ incident: incident.id }}>
              {text('incidents.play')}
            </Link>
          ) : null}
        </article>
      ))}
    </section>
  );
}
