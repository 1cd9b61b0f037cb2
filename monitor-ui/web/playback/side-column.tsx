import type { Incident } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMay } from '../app/index.ts';
import { useEvidenceText } from '../evidence/index.ts';
import { severityTone, useIncidentText } from '../incidents/index.ts';
import {
  clockText,
  dateText,
  dayMs,
  gapsWithin,
  startOfLocalDay,
  type Selection,
  type TimelineLane,
} from '../timeline/index.ts';
import { formatDuration, StateDot } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { playbackApi } from './playback-api.ts';
import { nowMs } from './use-session.ts';

function Row({
  label,
  tone,
  children,
}: {
  readonly label: string;
  readonly tone?: string;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className={tone}>{children}</dd>
    </div>
  );
}

export function SideColumn({
  counterId,
  positionMs,
  lanes,
  incidents,
  selection,
  mayBookmark,
  onExport,
  onSeek,
  onClear,
  onBookmark,
}: {
  readonly counterId: string;
  readonly positionMs: number;
  readonly lanes: readonly TimelineLane[];
  readonly incidents: readonly Incident[];
  readonly selection: Selection | undefined;
  readonly mayBookmark: boolean;
  /** Absent where the person may not ask for packages. */
  readonly onExport: (() => void) | undefined;
  readonly onSeek: (atMs: number) => void;
  readonly onClear: () => void;
  readonly onBookmark: () => void;
}) {
  const text = usePlaybackText();
  const word = useIncidentText();
  const exportWord = useEvidenceText();
  const maySummary = useMay('completeness.read');
  return (
    <aside className="playback-aside">
      <h2 className="section-title">{text('selection.title')}</h2>
      {selection === undefined ? (
        <p className="playback-faint">{text('selection.none')}</p>
      ) : (
        <SelectionFigures {...{ selection, lanes }}>
          <div className="playback-buttons">
            {mayBookmark ? (
              <button type="button" className="playback-tool" onClick={onBookmark}>
                {text('selection.bookmark')}
              </button>
            ) : null}
            {onExport === undefined ? null : (
              <button type="button" className="playback-tool" onClick={onExport}>
                {exportWord('ask.open')}
              </button>
            )}
            <button type="button" className="playback-tool" onClick={onClear}>
              {text('selection.clear')}
            </button>
          </div>
        </SelectionFigures>
      )}
      {maySummary ? <DaySummary counterId={counterId} dayMs={startOfLocalDay(positionMs)} /> : null}
      <h2 className="section-title">{text('incidents.title')}</h2>
      {incidents.length === 0 ? <p className="playback-faint">{text('incidents.none')}</p> : null}
      <ul className="playback-incidents">
        {incidents.map((incident) => (
          <li key={incident.id}>
            <button type="button" onClick={() => onSeek(incident.from)}>
              <time>{clockText(incident.from)}</time>
              <StateDot tone={severityTone[incident.severity]} word={word(`category.${incident.category}`)} />
              {incident.note === undefined ? null : <small>{incident.note}</small>}
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function SelectionFigures({
  selection,
  lanes,
  children,
}: {
  readonly selection: Selection;
  readonly lanes: readonly TimelineLane[];
  readonly children: ReactNode;
}) {
  const text = usePlaybackText();
  const gaps = gapsWithin(lanes, selection.fromMs, selection.toMs);
  const missingMs = gaps.reduce(
    (sum, { span }) => sum + Math.min(span.to, selection.toMs) - Math.max(span.from, selection.fromMs),
    0,
  );
  return (
    <>
      <dl className="playback-figures">
        <Row label={text('selection.from')}>{clockText(selection.fromMs, true)}</Row>
        <Row label={text('selection.to')}>{clockText(selection.toMs, true)}</Row>
        <Row label={text('selection.length')}>{formatDuration(selection.toMs - selection.fromMs)}</Row>
        <Row label={text('selection.gaps')} tone={gaps.length === 0 ? 'tone-seal' : 'tone-alarm'}>
          {gaps.length === 0
            ? text('selection.gaps-none')
            : text('selection.gaps-some', { count: gaps.length, duration: formatDuration(missingMs) })}
        </Row>
      </dl>
      {children}
    </>
  );
}

const figures = [
  ['duty', 'dutyMs', undefined],
  ['recorded', 'recordedMs', 'tone-seal'],
  ['explained', 'explainedMs', 'tone-warn'],
  ['unexplained', 'unexplainedMs', 'tone-alarm'],
  ['pending', 'pendingMs', 'tone-muted'],
] as const;

function DaySummary({ counterId, dayMs: dayFromMs }: { readonly counterId: string; readonly dayMs: number }) {
  const text = usePlaybackText();
  const { data } = useQuery({
    queryKey: ['completeness', counterId, dayFromMs],
    queryFn: ({ signal }) =>
      playbackApi.completeness(
        counterId,
        dayFromMs,
        Math.round(Math.min(dayFromMs + dayMs, nowMs())),
        signal,
      ),
    refetchInterval: 30_000,
    retry: false,
  });
  if (data === undefined) return null;
  return (
    <>
      <h2 className="section-title">{text('day.title', { date: dateText(dayFromMs) })}</h2>
      <dl className="playback-figures">
        {figures.map(([key, field, tone]) => (
          <Row key={key} label={text(`day.${key}`)} {...(tone === undefined ? {} : { tone })}>
            {formatDuration(data[field])}
          </Row>
        ))}
      </dl>
    </>
  );
}
