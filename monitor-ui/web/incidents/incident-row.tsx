import type { Incident } from '@minhbach/shared/protocol';
import type { CounterPlace } from '../app/index.ts';
import { formatDateTime, formatDuration, StateDot } from '../ui-kit/index.ts';
import { useIncidentText } from './i18n/index.ts';
import { severityTone } from './incident-words.ts';

export function IncidentRow({
  incident,
  place,
  chosen,
  topPx,
  onOpen,
}: {
  readonly incident: Incident;
  readonly place: CounterPlace | undefined;
  readonly chosen: boolean;
  readonly topPx: number;
  readonly onOpen: () => void;
}) {
  const text = useIncidentText();
  return (
    <button
      type="button"
      className="incident-row"
      aria-current={chosen}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={onOpen}
    >
      <span className="incident-time">{formatDateTime(incident.from)}</span>
      <span className="incident-category">
        <StateDot tone={severityTone[incident.severity]} word={text(`severity.${incident.severity}`)} />
        <b>{text(`category.${incident.category}`)}</b>
      </span>
      <span className="incident-counter">
        {place?.counter ?? text('unknown-counter')}
        {place?.site === undefined ? null : <small>{place.site}</small>}
      </span>
      <span className={incident.note === undefined ? 'incident-note incident-faint' : 'incident-note'}>
        {incident.note ?? text('no-note')}
      </span>
      <span className="incident-by">
        {incident.createdBy.displayName}
        {incident.own ? <small>{text('own')}</small> : null}
      </span>
      <span className="incident-length">{formatDuration(incident.to - incident.from)}</span>
    </button>
  );
}
