import { Button, Select, TextInput } from '@mantine/core';
import type { Complaint } from '@minhbach/shared/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCounterNames } from '../app/index.ts';
import { fromLocalInput, useProblemText } from '../ui-kit/index.ts';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

/** Counter and time of a complaint that came without. */
export function PlaceForm({ complaint }: { readonly complaint: Complaint }) {
  const text = useComplaintText();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const { options } = useCounterNames();
  const [counterId, setCounterId] = useState(complaint.counterId ?? null);
  const [from, setFrom] = useState('');
  const happenedFrom = fromLocalInput(from);
  const placing = useMutation({
    mutationFn: (place: { counterId: string; happenedFrom: number }) =>
      complaintsApi.place(complaint.id, place),
    onSuccess: (placed) => {
      queries.setQueryData(['complaint', complaint.id], placed);
      void queries.invalidateQueries({ queryKey: ['complaints'] });
    },
  });
  return (
    <form
      className="complaints-form"
      aria-label={text('place.title')}
      onSubmit={(event) => {
        event.preventDefault();
        if (counterId !== null && happenedFrom !== undefined) placing.mutate({ counterId, happenedFrom });
      }}
    >
      <Select
        label={text('form.counter')}
        data={[...options]}
        value={counterId}
        onChange={(value) =>
          setCounterId(options.find((option) => option.value === value) ? (value as typeof counterId) : null)
        }
        searchable
        selectFirstOptionOnChange
      />
      <TextInput
        type="datetime-local"
        label={text('form.from')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      {placing.isError ? (
        <p role="alert" className="complaints-fault">
          ✕ {problemText(placing.error)}
        </p>
      ) : null}
      <Button
        type="submit"
        loading={placing.isPending}
        disabled={counterId === null || happenedFrom === undefined}
      >
        {text('place.save')}
      </Button>
    </form>
  );
}
