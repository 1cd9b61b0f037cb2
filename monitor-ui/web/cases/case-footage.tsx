import { Button } from '@mantine/core';
import type { CaseFile } from '@minhbach/shared/protocol';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCounterNames, useMay, useServerSeconds } from '../app/index.ts';
import { ExportDialog } from '../evidence/index.ts';
import { formatDateTime, formatTime, StateDot } from '../ui-kit/index.ts';
import { casesApi } from './cases-api.ts';
import { FootageForm } from './footage-form.tsx';
import { useCaseText } from './i18n/index.ts';

interface Clip {
  readonly key: string;
  readonly counterId: string;
  readonly from: number;
  readonly to: number;
  /** Where to begin to look. */
  readonly at: number;
  readonly word: string;
}

/** What the case is about to look at: of its complaints, its incidents, and what was added. */
export function CaseFootage({ file, mayWork }: { readonly file: CaseFile; readonly mayWork: boolean }) {
  const text = useCaseText();
  const { nameOf } = useCounterNames();
  const mayPlay = useMay('playback.grant');
  const mayExport = useMay('exports.ask') && mayWork;
  const [asking, setAsking] = useState<Clip>();
  const [adding, setAdding] = useState(false);
  const nowMs = useServerSeconds();
  const clips = useClips(file, text('footage.complaint')).map((clip) => ({
    ...clip,
    to: Math.min(clip.to, nowMs ?? clip.to),
  }));
  return (
    <>
      {clips.length === 0 ? <p className="case-faint">{text('none')}</p> : null}
      <ul className="case-list">
        {clips.map((clip) => (
          <li key={clip.key} className="case-clip">
            <span>
              <StateDot
                tone="held"
                word={`${nameOf(clip.counterId) ?? ''} · ${formatDateTime(clip.from)} – ${formatTime(clip.to)}`}
              />{' '}
              <span className="case-faint">{clip.word}</span>
            </span>
            <span className="case-buttons">
              {mayPlay && file.state !== 'closed' ? (
                <Button
                  size="compact-sm"
                  renderRoot={(props) => (
                    <Link
                      {...props}
                      to="/playback"
                      search={{
                        ...{ counter: clip.counterId, from: clip.from, to: clip.to, at: clip.at },
                        case: file.id,
                      }}
                    />
                  )}
                >
                  {text('footage.play')}
                </Button>
              ) : null}
              {mayExport ? (
                <Button size="compact-sm" variant="default" onClick={() => setAsking(clip)}>
                  {text('export.ask')}
                </Button>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {file.exportIds.length === 0 ? null : <Link to="/exports">{text('export.open')}</Link>}
      {!mayWork ? null : adding ? (
        <FootageForm caseId={file.id} onDone={() => setAdding(false)} />
      ) : (
        <div>
          <Button variant="default" onClick={() => setAdding(true)}>
            {text('footage.add')}
          </Button>
        </div>
      )}
      <ExportDialog
        counterId={asking?.counterId ?? ''}
        caseId={file.id}
        span={asking === undefined ? undefined : { fromMs: asking.from, toMs: asking.to }}
        onClose={() => setAsking(undefined)}
      />
    </>
  );
}

function useClips(file: CaseFile, complaintWord: string): Clip[] {
  const query = <Item,>(
    kind: string,
    id: string,
    find: (id: string, signal: AbortSignal) => Promise<Item>,
  ) => ({
    queryKey: [kind, id],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => find(id, signal),
    staleTime: 60_000,
  });
  const complaints = useQueries({
    queries: file.complaintIds.map((id) => query('complaint', id, casesApi.complaint)),
  });
  const incidents = useQueries({
    queries: file.incidentIds.map((id) => query('incident', id, casesApi.incident)),
  });
  return [
    ...complaints.flatMap(({ data }) =>
      (data?.clips ?? []).map((clip) => ({
        ...{ ...clip, key: clip.holdId, word: complaintWord },
        at: data?.happenedFrom ?? clip.from,
      })),
    ),
    ...incidents.flatMap(({ data }) =>
      data === undefined ? [] : [{ ...data, key: data.id, at: data.from, word: data.note ?? '' }],
    ),
    ...file.footage.map((clip) => ({ ...clip, key: clip.id, at: clip.from, word: clip.label ?? '' })),
  ];
}
