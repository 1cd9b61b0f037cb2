import { Button, Group } from '@mantine/core';
import type { NoticeStanding } from '@minhbach/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useMay } from '../../app/index.ts';
import { formatDate, StateDot, type Tone } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesProblem } from '../offices-problem.ts';
import { lastNoticeQuery } from './notice-queries.ts';

const tones: Readonly<Record<NoticeStanding['standing'], Tone>> = {
  current: 'plain',
  outdated: 'warn',
  missing: 'warn',
};

/** What hangs at a counter, and the way from a new version to the wall: make, print, say that it hangs. */
export function NoticeCard({
  standing: { counterId, standing },
  name,
}: {
  readonly standing: NoticeStanding;
  readonly name: { readonly counter: string; readonly site: string };
}) {
  const text = useOfficesText();
  const { sentence } = useOfficesProblem();
  const queries = useQueryClient();
  const last = useQuery(lastNoticeQuery(counterId));
  const mayMake = useMay('notices.make');
  const mayPost = useMay('notices.post');
  const change = useMutation({
    mutationFn: (path: string) => api.post(path),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notices'] }),
  });
  const notice = last.data ?? undefined;
  return (
    <article className="offices-card" aria-label={name.counter}>
      <header>
        <div>
          <h3>{name.counter}</h3>
          <small>{name.site}</small>
        </div>
        <StateDot tone={tones[standing]} word={text(`notices.${standing}`)} />
      </header>
      {notice === undefined ? null : (
        <p className="offices-note">
          {text('notices.version', { version: notice.version, date: formatDate(notice.madeAt) })}{' '}
          {notice.postedAt === undefined
            ? text('notices.not-posted')
            : text('notices.posted', { date: formatDate(notice.postedAt) })}
        </p>
      )}
      {change.isError || last.isError ? (
        <p className="offices-fault" role="alert">
          ✕ {sentence(change.error ?? last.error)}
        </p>
      ) : null}
      <Group gap="sm">
        {mayMake && last.isSuccess && notice?.current !== true ? (
          <Button
            size="sm"
            loading={change.isPending}
            aria-label={text('notices.make-of', { name: name.counter })}
            onClick={() => change.mutate(`/counters/${counterId}/notices`)}
          >
            {text('notices.make')}
          </Button>
        ) : null}
        {notice === undefined ? null : (
          <Button
            component="a"
            size="sm"
            variant="default"
            href={`/api/v1/notices/${notice.id}/pdf`}
            target="_blank"
            rel="noopener"
            aria-label={text('notices.open-of', { name: name.counter })}
          >
            {text('notices.open')}
          </Button>
        )}
        {mayPost && notice?.current === true && notice.postedAt === undefined ? (
          <Button
            size="sm"
            variant="default"
            loading={change.isPending}
            aria-label={text('notices.post-of', { name: name.counter })}
            onClick={() => change.mutate(`/notices/${notice.id}/posted`)}
          >
            {text('notices.post')}
          </Button>
        ) : null}
      </Group>
    </article>
  );
}
