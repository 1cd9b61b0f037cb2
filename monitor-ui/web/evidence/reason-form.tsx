import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useProblemText } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';

const shortestReason = 5;

/** A stated reason and what it is stated for; says what the server has against it. */
export function ReasonForm({
  label,
  danger = false,
  send,
  onDone,
  onClose,
}: {
  readonly label: string;
  readonly danger?: boolean;
  readonly send: (reason: string) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const text = useEvidenceText();
  const problemText = useProblemText();
  const [reason, setReason] = useState('');
  const [tooShort, setTooShort] = useState(false);
  const sending = useMutation({ mutationFn: send, onSuccess: onDone });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const stated = reason.trim();
        setTooShort(stated.length < shortestReason);
        if (stated.length >= shortestReason) sending.mutate(stated);
      }}
    >
      <Stack gap="md">
        <Textarea
          label={text('ask.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          {...(tooShort ? { error: text('ask.reason-rule') } : {})}
          maxLength={2000}
          autosize
          minRows={2}
          data-autofocus
        />
        {sending.isError ? (
          <p className="evidence-fault" role="alert">
            ✕ {problemText(sending.error)}
          </p>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('cancel')}
          </Button>
          <Button type="submit" loading={sending.isPending} {...(danger ? { color: 'red' } : {})}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
