import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCounters, useMe, useSites } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { CaseGate } from './case-gate.tsx';
import { CounterPicker } from './counter-picker.tsx';
import { Desk } from './desk.tsx';
import { usePlaybackText } from './i18n/index.ts';
import { playbackApi } from './playback-api.ts';
import type { Right } from './playback-session.ts';
import { ReasonGate } from './reason-gate.tsx';
import { forgetReason, statedReason, stateReason } from './reasons.ts';
import { usePageSearch } from './use-page-search.ts';
import { nowMs } from './use-session.ts';
import './playback.css';

/** Which counter, by what right, from when; then the desk. */
export function PlaybackPage() {
  const text = usePlaybackText();
  const role = useMe().person.role;
  const counters = useCounters();
  const sites = useSites().data ?? [];
  const [search, setSearch] = usePageSearch();
  const [reasons, setReasons] = useState(0);
  const incident = useQuery({
    queryKey: ['incident', search.incident],
    queryFn: ({ signal }) => playbackApi.incident(search.incident ?? '', signal),
    enabled: search.incident !== undefined && role === 'monitor',
  });
  if (search.counter === undefined) {
    return <CounterPicker onPick={({ id }) => setSearch({ counter: id, case: search.case })} />;
  }
  if (counters.isPending || (incident.isPending && incident.fetchStatus !== 'idle')) return <LoadingState />;
  if (counters.isError) return <ErrorState error={counters.error} retry={() => void counters.refetch()} />;
  const counter = counters.data.find(({ id }) => id === search.counter);
  if (counter === undefined) return <EmptyState title={text('pick.none')} />;
  const site = sites.find(({ id }) => id === counter.siteId)?.name;
  const counterName = site === undefined ? counter.name : `${site} › ${counter.name}`;

  const reason = statedReason(counter.id);
  let right: Right;
  if (role === 'monitor') {
    right =
      incident.data?.own === true
        ? {
            kind: 'incident',
            incidentId: incident.data.id,
            span: { fromMs: incident.data.from, toMs: incident.data.to },
          }
        : { kind: 'go-back' };
  } else if (role === 'investigator' && search.case === undefined) {
    return <CaseGate counterName={counterName} onChoose={(id) => setSearch({ ...search, case: id })} />;
  } else if (reason === undefined) {
    return (
      <ReasonGate
        counterName={counterName}
        onState={(stated) => {
          stateReason(counter.id, stated);
          setReasons(reasons + 1);
        }}
      />
    );
  } else right = { kind: 'reason', reason, ...(search.case === undefined ? {} : { caseId: search.case }) };

  const now = nowMs();
  const start = Math.min(search.at ?? search.from ?? now - 60_000, now - 3000);
  return (
    <Desk
      key={`${counter.id} ${reasons} ${search.incident ?? ''} ${search.case ?? ''}`}
      counter={counter}
      siteName={site}
      right={right}
      startMs={right.kind === 'go-back' ? Math.max(start, now - 590_000) : start}
      marked={
        search.from !== undefined && search.to !== undefined
          ? { fromMs: search.from, toMs: search.to }
          : undefined
      }
      onSettled={(state) => setSearch({ ...search, ...state })}
      onLeave={() => setSearch({ case: search.case })}
      onChangeReason={() => {
        forgetReason(counter.id);
        setReasons(reasons + 1);
      }}
    />
  );
}
