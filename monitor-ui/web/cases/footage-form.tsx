import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCounterNames } from '../app/index.ts';
import { fromLocalInput } from '../ui-kit/index.ts';
import { useAdding } from './cases-api.ts';
import { Fault } from './fault.tsx';
import { useCaseText } from './i18n/index.ts';

export function FootageForm({ caseId, onDone }: { readonly caseId: string; readonly onDone: () => void }) {
  const text = useCaseText();
  const { options } = useCounterNames();
  const [counterId, setCounterId] = useState<string | null>(null);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [label, setLabel] = useState('');
  const [fromMs, toMs] = [fromLocalInput(from), fromLocalInput(to)];
  const adding = useAdding(caseId, 'footage', onDone);
  const isReady = counterId !== null && fromMs !== undefined && toMs !== undefined;
  return (
    <form
      className="case-form"
      onSubmit={(event) => {
        event.preventDefault();
        const words = label.trim();
        if (isReady)
          adding.mutate({ counterId, from: fromMs, to: toMs, ...(words === '' ? {} : { label: words }) });
      }}
    >
      <Select
        label={text('footage.counter')}
        data={[...options]}
        value={counterId}
        onChange={setCounterId}
        searchable
        selectFirstOptionOnChange
      />
      <TextInput
        type="datetime-local"
        label={text('footage.from')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={text('footage.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <TextInput
        label={text('footage.label')}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
        maxLength={200}
      />
      <Fault of={adding.error} />
      <Button type="submit" loading={adding.isPending} disabled={!isReady}>
        {text('footage.save')}
      </Button>
    </form>
  );
}
