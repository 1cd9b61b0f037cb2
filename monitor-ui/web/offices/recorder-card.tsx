import { Button } from '@mantine/core';
import type { Recorder } from '@minhbach/shared/protocol';
import { useMay } from '../app/index.ts';
import { useLanguage } from '../i18n/index.ts';
import { formatDateTime, StateDot } from '../ui-kit/index.ts';
import { formatBytes } from './format-bytes.ts';
import { useOfficesText } from './i18n/index.ts';

export function RecorderCard({
  recorder,
  siteName,
  onRename,
}: {
  readonly recorder: Recorder;
  readonly siteName: string;
  readonly onRename: () => void;
}) {
  const text = useOfficesText();
  const [language] = useLanguage();
  const mayManage = useMay('recorders.manage');
  const { online, lastSeenAt } = recorder;
  const bytes = (value: number | undefined) =>
    value === undefined ? text('recorders.unknown') : formatBytes(value, language);
  const count = (value: number | undefined) =>
    value === undefined
      ? text('recorders.unknown')
      : text('recorders.not-archived-count', { count: value.toLocaleString(language) });
  const facts = [
    [text('recorders.version'), recorder.version ?? text('recorders.unknown')],
    [text('recorders.spool'), bytes(recorder.spoolBytes)],
    [text('recorders.disk'), bytes(recorder.diskFreeBytes)],
    [text('recorders.not-archived'), count(recorder.notYetProven)],
    [
      text('recorders.ledger'),
      text('recorders.ledger-count', { count: recorder.ledgerSize.toLocaleString(language) }),
    ],
  ] as const;
  const offlineWord =
    lastSeenAt === undefined
      ? text('recorders.offline')
      : text('recorders.offline-since', { time: formatDateTime(lastSeenAt) });
  return (
    <article className="offices-card" aria-label={recorder.name}>
      <header>
        <div>
          <h3>{recorder.name}</h3>
          <small>{siteName}</small>
        </div>
        <StateDot tone={online ? 'plain' : 'alarm'} word={online ? text('recorders.online') : offlineWord} />
        {mayManage ? (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={text('recorders.rename', { name: recorder.name })}
            onClick={onRename}
          >
            {text('edit')}
          </Button>
        ) : null}
      </header>
      <dl className="offices-facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
