import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Approval, ApprovalDecision, ApprovalState } from '@minhbach/shared/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/index.ts';
import { formatDateTime, StateDot, type Tone } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';
import { ReasonForm } from './reason-form.tsx';
import { useCounterName } from './use-counter-name.ts';

const tones: Readonly<Record<ApprovalState, Tone>> = {
  waiting: 'held',
  given: 'plain',
  refused: 'alarm',
  expired: 'muted',
};

export function ApprovalCard({ approval }: { readonly approval: Approval }) {
  const text = useEvidenceText();
  const nameOf = useCounterName();
  const queries = useQueryClient();
  const [decision, setDecision] = useState<ApprovalDecision['decision']>();
  const kind = text(`approvals.kind.${approval.kind}`);
  const { askedBy, from, to, counterId, personName } = approval;
  const about = counterId === undefined ? (personName ?? '') : nameOf(counterId);
  const close = () => setDecision(undefined);
  return (
    <article className="evidence-card" aria-label={`${kind}, ${about}`}>
      <header>
        <h2>{kind}</h2>
        <StateDot tone={tones[approval.state]} word={text(`approval.${approval.state}`)} />
      </header>
      <p>{about}</p>
      {from === undefined ? null : (
        <p className="evidence-time">
          {to === undefined
            ? formatDateTime(from)
            : text('span.from-to', { from: formatDateTime(from), to: formatDateTime(to) })}
        </p>
      )}
      <p>{text('approvals.reason', { reason: approval.reason })}</p>
      <p className="evidence-faint">
        {text('approvals.asked', {
          ...{ name: askedBy.displayName, unit: askedBy.unitName, time: formatDateTime(approval.askedAt) },
        })}
      </p>
      {approval.state === 'given' || approval.state === 'refused' ? (
        <p>
          {text('approvals.decided', {
            ...{ name: approval.decidedBy.displayName, unit: approval.decidedBy.unitName },
            ...{ time: formatDateTime(approval.decidedAt), reason: approval.decisionReason },
          })}
        </p>
      ) : null}
      {approval.state === 'waiting' ? (
        <p>{text('approvals.until', { time: formatDateTime(approval.expiresAt) })}</p>
      ) : null}
      {approval.state === 'waiting' && !approval.mayDecide ? (
        <p className="evidence-faint">{text('approvals.not-yours')}</p>
      ) : null}
      {approval.mayDecide ? (
        <Group gap="sm">
          <Button onClick={() => setDecision('give')}>{text('approvals.give')}</Button>
          <Button variant="default" onClick={() => setDecision('refuse')}>
            {text('approvals.refuse')}
          </Button>
        </Group>
      ) : null}
      <Modal
        opened={decision !== undefined}
        onClose={close}
        title={text(decision === 'refuse' ? 'approvals.refuse-title' : 'approvals.give-title', { kind })}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ 'aria-label': text('close') }}
      >
        {decision === undefined ? null : (
          <ReasonForm
            label={text(`approvals.${decision}`)}
            danger={decision === 'refuse'}
            send={(reason) => api.post<Approval>(`/approvals/${approval.id}`, { decision, reason })}
            onDone={() => {
              notifications.show({ message: text('approvals.done'), withCloseButton: false });
              void queries.invalidateQueries({ queryKey: ['approvals'] });
              close();
            }}
            onClose={close}
          />
        )}
      </Modal>
    </article>
  );
}
