import type { Incident } from '@minhbach/shared/protocol';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { CounterPlace } from '../app/index.ts';
import { useIncidentText } from './i18n/index.ts';
import { IncidentRow } from './incident-row.tsx';

const rowHeightPx = 56;
const narrowRowHeightPx = 104;
const narrow = '(max-width: 720px)';
const columns = ['time', 'category', 'counter', 'note', 'by', 'length'] as const;

/** Only the rows in sight exist, so thousands cost no more than a screenful. */
export function IncidentTable({
  incidents,
  chosenId,
  placeOf,
  onOpen,
}: {
  readonly incidents: readonly Incident[];
  readonly chosenId: string | undefined;
  readonly placeOf: (counterId: string) => CounterPlace | undefined;
  readonly onOpen: (incident: Incident) => void;
}) {
  'use no memo';
  const text = useIncidentText();
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are meant to be called while drawing
  const rows = useVirtualizer({
    count: incidents.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (matchMedia(narrow).matches ? narrowRowHeightPx : rowHeightPx),
    getItemKey: (index) => incidents[index]?.id ?? index,
    overscan: 8,
  });
  return (
    <div className="incident-table">
      <div className="incident-head" aria-hidden="true">
        {columns.map((column) => (
          <span key={column}>{text(`column.${column}`)}</span>
        ))}
      </div>
      <div ref={scroller} className="incident-scroller" tabIndex={-1}>
        <ul style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const incident = incidents[index];
            return incident === undefined ? null : (
              <li key={key} aria-setsize={incidents.length} aria-posinset={index + 1}>
                <IncidentRow
                  incident={incident}
                  place={placeOf(incident.counterId)}
                  chosen={incident.id === chosenId}
                  topPx={start}
                  onOpen={() => onOpen(incident)}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
