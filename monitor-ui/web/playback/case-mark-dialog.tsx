import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDateTime, useProblemText } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { playbackApi } from './playback-api.ts';

/** A moment of the footage, marked in the case with what is seen or heard. */
export function CaseMarkDialog({
  caseId,
  counterId,
  atMs,
  onClose,
}: {
  readonly caseId: string;
  readonly counterId: string;
  readonly atMs: number | undefined;
  readonly onClose: () => void;
}) {
  const text = usePlaybackText();
  return (
    <Modal
      opened={atMs !== undefined}
      onClose={onClose}
      title={text('mark.title')}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {atMs === undefined ? null : <MarkForm key={atMs} {...{ caseId, counterId, atMs, onClose }} />}
    </Modal>
  );
}

function MarkForm({
  caseId,
  counterId,
  atMs,
  onClose,
}: {
  readonly caseId: string;
  readonly counterId: string;
  readonly atMs: number;
  readonly onClose: () => void;
}) {
  const text = usePlaybackText();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const [words, setWords] = useState('');
  const marking = useMutation({
    mutationFn: () => playbackApi.mark(caseId, { counterId, at: Math.round(atMs), text: words.trim() }),
    onSuccess: (file) => {
      queries.setQueryData(['case', caseId], file);
      notifications.show({ message: text('mark.saved'), autoClose: 2_500 });
      onClose();
    },
  });
  return (
    <form
      className="playback-mark"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== '') marking.mutate();
      }}
    >
      <p>{text('mark.at', { time: formatDateTime(atMs) })}</p>
      <TextInput
        label={text('mark.text')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        maxLength={1000}
        data-autofocus
      />
      {marking.isError ? (
        <p role="alert" className="playback-fault">
          ✕ {problemText(marking.error)}
        </p>
      ) : null}
      <Button type="submit" loading={marking.isPending} disabled={words.trim() === ''}>
        {text('mark.save')}
      </Button>
    </form>
  );
}
