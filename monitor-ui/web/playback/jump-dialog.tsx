import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { clockText, dateText } from '../timeline/index.ts';
import { usePlaybackText } from './i18n/index.ts';
import { parseJump } from './jump-time.ts';
import { nowMs } from './use-session.ts';

export function JumpDialog({
  opened,
  nearMs,
  onJump,
  onClose,
}: {
  readonly opened: boolean;
  readonly nearMs: number;
  readonly onJump: (atMs: number) => void;
  readonly onClose: () => void;
}) {
  const text = usePlaybackText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('jump.title')}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {opened ? <JumpForm {...{ nearMs, onJump }} /> : null}
    </Modal>
  );
}

function JumpForm({ nearMs, onJump }: { readonly nearMs: number; readonly onJump: (atMs: number) => void }) {
  const text = usePlaybackText();
  const [typed, setTyped] = useState(() => `${dateText(nearMs)} ${clockText(nearMs)}`);
  const [fault, setFault] = useState<string>();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const atMs = parseJump(typed, nearMs);
        if (atMs === undefined) setFault(text('jump.bad'));
        else if (atMs > nowMs()) setFault(text('jump.future'));
        else onJump(atMs);
      }}
    >
      <TextInput
        label={text('jump.field')}
        description={text('jump.hint')}
        value={typed}
        error={fault}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setFault(undefined);
        }}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
        inputMode="text"
        autoComplete="off"
      />
      <Group justify="flex-end" mt="md">
        <Button type="submit">{text('jump.go')}</Button>
      </Group>
    </form>
  );
}
