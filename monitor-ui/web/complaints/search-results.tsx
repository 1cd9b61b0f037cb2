import type { SearchClip, SearchItem } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, type KeyboardEvent } from 'react';
import {
  EmptyState,
  ErrorState,
  formatDateTime,
  formatTime,
  LoadingState,
  StateDot,
} from '../ui-kit/index.ts';
import { ClipPictures } from './clip-pictures.tsx';
import { complaintsApi } from './complaints-api.ts';
import { DayStrip } from './day-strip.tsx';
import { useComplaintText } from './i18n/index.ts';

/** What was found, the surest first; arrow keys go through it, Enter opens. */
export function SearchResults({
  q,
  onOpen,
}: {
  readonly q: string;
  readonly onOpen: (complaintId: string) => void;
}) {
  const text = useComplaintText();
  const list = useRef<HTMLUListElement>(null);
  const query = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) => complaintsApi.search(q, signal),
    staleTime: 60_000,
    retry: false,
  });
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { items } = query.data;
  if (items.length === 0) return <EmptyState title={text('search.none')} />;
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const stops = [...(list.current?.querySelectorAll<HTMLElement>('[data-stop]') ?? [])];
    const at = stops.findIndex((stop) => stop === document.activeElement);
    stops[Math.min(stops.length - 1, Math.max(0, at + step))]?.focus();
    event.preventDefault();
  };
  return (
    <section aria-label={text('search.found', { count: items.length })}>
      <p role="status" className="complaints-faint">
        {text('search.found', { count: items.length })}
      </p>
      <ul className="complaints-found" ref={list} onKeyDown={move}>
        {items.map((item) => (
          <li key={`${item.kind} ${item.id}`}>
            <Found {...{ item, q, onOpen }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Found({
  item,
  q,
  onOpen,
}: {
  readonly item: SearchItem;
  readonly q: string;
  readonly onOpen: (complaintId: string) => void;
}) {
  const text = useComplaintText();
  const navigate = useNavigate();
  const [first] = item.clips;
  const open = () => {
    if (item.kind === 'complaint') onOpen(item.id);
    else if (item.kind === 'case') void navigate({ to: '/cases', search: { id: item.id } });
    else if (first !== undefined) void navigate({ to: '/playback', search: playSearch(first) });
  };
  return (
    <article className="complaints-card">
      <header>
        <button type="button" data-stop onClick={open}>
          <b>{text(`item.${item.kind}`)}</b> {item.title}
        </button>
        <small>
          {text(`found.${item.foundBy}`)} · {formatDateTime(item.at)}
        </small>
      </header>
      {item.clips.map((clip) => (
        <Clip key={`${clip.counterId} ${clip.from}`} {...{ clip, q }} />
      ))}
    </article>
  );
}

function Clip({ clip, q }: { readonly clip: SearchClip; readonly q: string }) {
  const text = useComplaintText();
  return (
    <div className="complaints-clip">
      <Link to="/playback" search={playSearch(clip)} data-stop>
        {clip.siteName} › {clip.counterName}, {formatDateTime(clip.from)} – {formatTime(clip.to)}
      </Link>
      <span>
        <StateDot
          tone={clip.hasFootage ? 'plain' : 'alarm'}
          word={text(clip.hasFootage ? 'clip.footage' : 'clip.none')}
        />{' '}
        {clip.held ? <StateDot tone="held" word={text('clip.held')} /> : null}
      </span>
      <DayStrip fromMs={clip.from} toMs={clip.to} held={clip.held} />
      {clip.pictureAt.length > 0 ? <ClipPictures {...{ clip, q }} /> : null}
    </div>
  );
}

const playSearch = ({ counterId, from, to, caseId }: SearchClip) => ({
  ...{ counter: counterId, from, to, at: from },
  ...(caseId === undefined ? {} : { case: caseId }),
});
