import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { usePlaybackText } from './i18n/index.ts';

/** Asked once per counter and tab, before anything is shown. */
export function ReasonGate({
  counterName,
  onState,
}: {
  readonly counterName: string;
  readonly onState: (reason: string) => void;
}) {
  const text = usePlaybackText();
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState(false);
  return (
    <form
      className="playback-reason"
      onSubmit={(event) => {
        event.preventDefault();
        const stated = reason.trim();
        if (stated.length < 5 || stated.length > 1000) setRefused(true);
        else onState(stated);
      }}
    >
      <h1>{text('reason.title')}</h1>
      <p>{text('reason.lead', { counter: counterName })}</p>
      <Textarea
        label={text('reason.field')}
        description={text('reason.hint')}
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value);
          setRefused(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit();
        }}
        error={refused ? text('reason.required') : undefined}
        minRows={3}
        autosize
        maxLength={1100}
        autoFocus
      />
      <p className="playback-recorded">{text('reason.recorded')}</p>
      <Button type="submit">{text('reason.start')}</Button>
    </form>
  );
}
