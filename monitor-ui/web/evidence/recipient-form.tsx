import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import type { ExportRecipientMade } from '@minhbach/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/index.ts';
import { useProblemText } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';

const lives = [60, 1_440, 4_320, 10_080] as const;

/** Name, purpose and life of a link. */
export function RecipientForm({
  exportId,
  onMade,
  onClose,
}: {
  readonly exportId: string;
  readonly onMade: (made: ExportRecipientMade) => void;
  readonly onClose: () => void;
}) {
  const text = useEvidenceText();
  const problemText = useProblemText();
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState('');
  const [minutes, setMinutes] = useState<number>(1_440);
  const [tried, setTried] = useState(false);
  const faults = {
    name: name.trim() === '' ? text('recipients.name-rule') : undefined,
    purpose: purpose.trim().length < 5 ? text('recipients.purpose-rule') : undefined,
  };
  const add = useMutation({
    mutationFn: () =>
      api.post<ExportRecipientMade>(`/exports/${exportId}/recipients`, { name, purpose, minutes }),
    onSuccess: onMade,
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (faults.name === undefined && faults.purpose === undefined) add.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={text('recipients.name')}
          description={text('recipients.name-help')}
          maxLength={200}
          value={name}
          error={tried ? faults.name : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={text('recipients.purpose')}
          maxLength={2_000}
          value={purpose}
          error={tried ? faults.purpose : undefined}
          onChange={(event) => setPurpose(event.currentTarget.value)}
        />
        <NativeSelect
          label={text('recipients.life')}
          data={lives.map((value) => ({ value: String(value), label: text(`recipients.life.${value}`) }))}
          value={String(minutes)}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
        />
        {add.isError ? (
          <p className="evidence-fault" role="alert">
            ✕ {problemText(add.error)}
          </p>
        ) : null}
        <Group gap="sm">
          <Button type="submit" size="sm" loading={add.isPending}>
            {text('recipients.make')}
          </Button>
          <Button size="sm" variant="default" onClick={onClose}>
            {text('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
