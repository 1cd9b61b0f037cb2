import { Button } from '@mantine/core';
import type { Reconciliation, ReconciliationState } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { formatDuration, formatTime, StateDot, type Tone } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';

type Service = Reconciliation['items'][number];

const tones: Readonly<Record<ReconciliationState, Tone>> = {
  whole: 'plain',
  'no-sound': 'warn',
  'no-picture': 'warn',
  missing: 'alarm',
  running: 'watch',
};

/** Services that lack something; on demand, the whole ones too. */
export function ServiceList({ items, asOf }: { readonly items: readonly Service[]; readonly asOf: number }) {
  const text = useOfficesText();
  const [all, setAll] = useState(false);
  const lacking = items.filter(({ state }) => state !== 'whole');
  const shown = all ? items : lacking;
  return (
    <>
      {shown.length === 0 ? null : (
        <ol className="service-list">
          {shown.map((service) => (
            <li key={service.transactionId}>
              <ServiceRow service={service} asOf={asOf} />
            </li>
          ))}
        </ol>
      )}
      {lacking.length === items.length ? null : (
        <Button variant="default" size="sm" className="service-more" onClick={() => setAll(!all)}>
          {all
            ? text('reconciliation.lacking-only')
            : text('reconciliation.show-all', { count: items.length })}
        </Button>
      )}
    </>
  );
}

function ServiceRow({ service, asOf }: { readonly service: Service; readonly asOf: number }) {
  const text = useOfficesText();
  const { ticket, dossierCode, startedAt, endedAt, state, pictureMs, soundMs } = service;
  const spanMs = Math.max(0, (endedAt ?? asOf) - startedAt);
  const lacks = [
    ...(pictureMs < spanMs
      ? [text('reconciliation.lacks-picture', { duration: formatDuration(spanMs - pictureMs) })]
      : []),
    ...(soundMs < spanMs
      ? [text('reconciliation.lacks-sound', { duration: formatDuration(spanMs - soundMs) })]
      : []),
  ].join(', ');
  return (
    <>
      <b>{ticket ?? dossierCode}</b>
      <span>
        {formatTime(startedAt)} –{' '}
        {endedAt === undefined ? text('reconciliation.goes-on') : formatTime(endedAt)}
      </span>
      <StateDot tone={tones[state]} word={text(`reconciliation.state.${state}`)} />
      <span className="offices-note">{state === 'running' ? '' : lacks}</span>
    </>
  );
}
