import { Button } from '@mantine/core';
import type { FootageSum, RetentionPlan, RetentionReport } from '@minhbach/shared/protocol';
import { useLanguage } from '../../i18n/index.ts';
import { formatDate, formatDateTime, StateDot } from '../../ui-kit/index.ts';
import { formatBytes } from '../format-bytes.ts';
import { useOfficesText } from '../i18n/index.ts';

type Item = RetentionReport['items'][number];

export function RetentionCard({
  item: { policy, look },
  name,
  due,
  onEdit,
}: {
  readonly item: Item;
  readonly name: { readonly counter: string; readonly site: string };
  readonly due: RetentionPlan['items'][number] | undefined;
  readonly onEdit: (() => void) | undefined;
}) {
  const text = useOfficesText();
  const [language] = useLanguage();
  const amount = ({ segments, bytes }: FootageSum) =>
    segments === 0
      ? text('retention.nothing')
      : text('retention.amount', {
          count: segments.toLocaleString(language),
          bytes: formatBytes(bytes, language),
        });
  const facts = [
    [text('retention.promised'), look === undefined ? '–' : formatDateTime(look.promisedFrom)],
    [text('retention.oldest'), oldestWords(look, text('retention.none'))],
    [text('retention.due'), due === undefined ? '–' : amount(due.due)],
    ...(due?.held === undefined ? [] : [[text('retention.held'), amount(due.held)] as const]),
    [
      text('retention.space'),
      [
        look === undefined ? '–' : formatBytes(look.largestSourceBytes, language),
        ...(policy.quotaBytes === undefined
          ? []
          : [text('retention.of-quota', { bytes: formatBytes(policy.quotaBytes, language) })]),
      ].join(' '),
    ],
  ] as const;
  return (
    <article className="offices-card" aria-label={name.counter}>
      <header>
        <div>
          <h3>{name.counter}</h3>
          <small>{name.site}</small>
        </div>
        <LookState look={look} />
        {policy.pending === undefined ? null : (
          <StateDot tone="held" word={text('retention.pending', { days: policy.pending.days })} />
        )}
        {onEdit === undefined ? null : (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={text('retention.edit', { name: name.counter })}
            onClick={onEdit}
          >
            {text('edit')}
          </Button>
        )}
      </header>
      <p className="retention-days">
        <strong>{text('retention.days', { days: policy.days.toLocaleString(language) })}</strong>{' '}
        {policy.basis === '' ? text('retention.default') : policy.basis}
        {policy.decidedAt === undefined || policy.decidedBy === undefined ? null : (
          <small className="offices-under">
            {text('retention.decided', {
              name: policy.decidedBy.displayName,
              date: formatDate(policy.decidedAt),
            })}
          </small>
        )}
      </p>
      <dl className="offices-facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {look === undefined ? null : (
        <small>{text('retention.checked', { time: formatDateTime(look.checkedAt) })}</small>
      )}
    </article>
  );
}

function oldestWords(look: Item['look'], none: string): string {
  if (look === undefined) return '–';
  return look.oldestAt === undefined ? none : formatDateTime(look.oldestAt);
}

/** The seal's tick stands for what was fetched and hashed, as everywhere. */
function LookState({ look }: { readonly look: Item['look'] }) {
  const text = useOfficesText();
  if (look === undefined) return <StateDot tone="muted" word={text('retention.not-looked')} />;
  if (look.damaged > 0) {
    return <StateDot tone="alarm" word={text('retention.damaged', { count: look.damaged })} />;
  }
  return look.short ? (
    <StateDot tone="alarm" word={text('retention.short')} />
  ) : (
    <StateDot tone="seal" word={text('retention.kept')} />
  );
}
