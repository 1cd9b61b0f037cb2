import { Button, Group, Progress } from '@mantine/core';
import type { Export, ExportState } from '@minhbach/shared/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useMe } from '../app/index.ts';
import { useLanguage } from '../i18n/index.ts';
import { ConfirmDialog, formatDateTime, StateDot, useProblemText, type Tone } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';
import { Recipients } from './recipients.tsx';
import { useCounterName } from './use-counter-name.ts';

const tones: Readonly<Record<ExportState, Tone>> = {
  'waiting-approval': 'held',
  running: 'watch',
  ready: 'plain',
  failed: 'alarm',
};

export function ExportCard({ item }: { readonly item: Export }) {
  const text = useEvidenceText();
  const problemText = useProblemText();
  const [language] = useLanguage();
  const nameOf = useCounterName();
  const me = useMe();
  const queries = useQueryClient();
  const [cancelling, setCancelling] = useState(false);
  const cancel = useMutation({
    mutationFn: () => api.post(`/exports/${item.id}/cancel`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['exports'] }),
  });
  const size = ((item.sizeBytes ?? 0) / 1_000_000).toLocaleString(language, { maximumFractionDigits: 1 });
  const isOwn = item.askedBy.id === me.person.id;
  return (
    <article className="evidence-card" aria-label={nameOf(item.counterId)}>
      <header>
        <h2>{nameOf(item.counterId)}</h2>
        <StateDot tone={tones[item.state]} word={text(`state.${item.state}`)} />
      </header>
      <p className="evidence-time">
        {text('span.from-to', { from: formatDateTime(item.from), to: formatDateTime(item.to) })}
      </p>
      <p>{item.reason}</p>
      <p className="evidence-faint">
        {text('exports.asked', { name: item.askedBy.displayName, time: formatDateTime(item.askedAt) })}
      </p>
      {item.state === 'running' ? (
        <>
          <Progress value={item.progress * 100} aria-label={text('state.running')} />
          <p role="status">
            {item.waitsFor === undefined
              ? text('exports.progress', { percent: Math.floor(item.progress * 100) })
              : text(`waits.${item.waitsFor}`)}
          </p>
        </>
      ) : null}
      {item.failure === undefined ? null : <p>{text(`failure.${item.failure}`)}</p>}
      {item.sha256 === undefined ? null : (
        <p className="evidence-hash">{text('exports.sha256', { sha256: item.sha256 })}</p>
      )}
      {cancel.isError ? (
        <p className="evidence-fault" role="alert">
          ✕ {problemText(cancel.error)}
        </p>
      ) : null}
      <Group gap="sm">
        {item.downloadUrl === undefined ? null : (
          <Button component="a" href={item.downloadUrl} download>
            {text('exports.download', { size: `${size} MB` })}
          </Button>
        )}
        {isOwn && item.state !== 'failed' ? (
          <Button variant="default" onClick={() => setCancelling(true)}>
            {text('exports.cancel')}
          </Button>
        ) : null}
      </Group>
      {isOwn && item.state === 'ready' ? <Recipients exportId={item.id} /> : null}
      <ConfirmDialog
        opened={cancelling}
        title={text('exports.cancel-title')}
        confirmLabel={text('exports.cancel')}
        onConfirm={() => {
          setCancelling(false);
          cancel.mutate();
        }}
        onClose={() => setCancelling(false)}
      >
        {text('exports.cancel-lead')}
      </ConfirmDialog>
    </article>
  );
}
