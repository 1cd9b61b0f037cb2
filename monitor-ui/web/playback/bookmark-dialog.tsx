import { Button, Group, Modal, SegmentedControl, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { categories, severities, useIncidentText } from '../incidents/index.ts';
import { clockText, type Selection } from '../timeline/index.ts';
import { Kbd, useProblemText } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { playbackApi } from './playback-api.ts';

export function BookmarkDialog({
  counterId,
  span,
  onClose,
  onSaved,
}: {
  readonly counterId: string;
  readonly span: Selection | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const text = usePlaybackText();
  return (
    <Modal
      opened={span !== undefined}
      onClose={onClose}
      title={text('bookmark.title')}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {span === undefined ? null : <BookmarkForm {...{ counterId, span, onSaved }} />}
    </Modal>
  );
}

function BookmarkForm({
  counterId,
  span,
  onSaved,
}: {
  readonly counterId: string;
  readonly span: Selection;
  readonly onSaved: () => void;
}) {
  const text = usePlaybackText();
  const word = useIncidentText();
  const problemText = useProblemText();
  const [category, setCategory] = useState<(typeof categories)[number]>('harassment');
  const [severity, setSeverity] = useState<(typeof severities)[number]>('medium');
  const [note, setNote] = useState('');
  const save = useMutation({
    mutationFn: (chosen: (typeof categories)[number]) =>
      playbackApi.bookmark({
        counterId,
        from: Math.round(span.fromMs),
        to: Math.round(span.toMs),
        category: chosen,
        severity,
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      }),
    onSuccess: () => {
      notifications.show({ message: text('bookmark.saved'), autoClose: 2500 });
      onSaved();
    },
  });
  useEffect(() => {
    const choose = (event: KeyboardEvent) => {
      const byDigit = categories[Number(event.key) - 1];
      if (byDigit === undefined || event.target instanceof HTMLTextAreaElement) return;
      event.preventDefault();
      setCategory(byDigit);
    };
    // On the window: a digit may follow the B before the dialog has the focus.
    window.addEventListener('keydown', choose);
    return () => window.removeEventListener('keydown', choose);
  }, []);
  return (
    <form
      className="playback-bookmark"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(category);
      }}
    >
      <p>{text('bookmark.span', { from: clockText(span.fromMs), to: clockText(span.toMs) })}</p>
      <fieldset>
        <legend>{text('bookmark.category')}</legend>
        {categories.map((each, index) => (
          <label key={each} data-checked={each === category}>
            <input
              type="radio"
              name="category"
              checked={each === category}
              onChange={() => setCategory(each)}
              {...(index === 0 ? { 'data-autofocus': true } : {})}
            />
            <Kbd>{index + 1}</Kbd>
            {word(`category.${each}`)}
          </label>
        ))}
      </fieldset>
      <SegmentedControl
        aria-label={text('bookmark.severity')}
        data={severities.map((value) => ({ value, label: word(`severity.${value}`) }))}
        value={severity}
        onChange={(value) => setSeverity(severities.find((known) => known === value) ?? severity)}
      />
      <Textarea
        label={text('bookmark.note')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={4000}
        autosize
        minRows={2}
      />
      {save.isError ? <p role="alert">{problemText(save.error)}</p> : null}
      <Group justify="flex-end">
        <Button type="submit" loading={save.isPending}>
          {text('bookmark.save')}
        </Button>
      </Group>
    </form>
  );
}
