import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { complaintChannelSchema, type ComplaintInput, type ComplaintTaken } from '@minhbach/shared/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCounterNames } from '../app/index.ts';
import { fromLocalInput, useProblemText } from '../ui-kit/index.ts';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

const empty = {
  ...{ kind: 'complaint', channel: 'hotline', counterId: '', from: '', to: '' },
  ...{ ticket: '', dossierCode: '', text: '', name: '', phone: '' },
};

/** In the order in which it is told on the telephone; Ctrl+Enter saves from anywhere. */
export function IntakeForm({ onTaken }: { readonly onTaken: (taken: ComplaintTaken) => void }) {
  const text = useComplaintText();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const { options } = useCounterNames();
  const [typed, setTyped] = useState(empty);
  const [missing, setMissing] = useState(false);
  const set = (field: keyof typeof empty) => (value: string | null) =>
    setTyped((before) => ({ ...before, [field]: value ?? '' }));
  const line = (field: keyof typeof empty) => ({
    value: typed[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      set(field)(event.currentTarget.value),
    autoComplete: 'off',
  });
  const taking = useMutation({
    mutationFn: () => complaintsApi.take(inputOf(typed)),
    onSuccess: (taken) => {
      void queries.invalidateQueries({ queryKey: ['complaints'] });
      onTaken(taken);
    },
  });
  return (
    <form
      noValidate
      className="complaints-form"
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(typed.text.trim() === '');
        if (typed.text.trim() !== '') taking.mutate();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
      }}
    >
      <SegmentedControl
        aria-label={text('form.kind')}
        data={[
          { value: 'complaint', label: text('kind.complaint') },
          { value: 'denunciation', label: text('kind.denunciation') },
        ]}
        value={typed.kind}
        onChange={set('kind')}
      />
      <Select
        label={text('form.counter')}
        data={[...options]}
        value={typed.counterId === '' ? null : typed.counterId}
        onChange={set('counterId')}
        searchable
        selectFirstOptionOnChange
        clearable
        data-autofocus
      />
      <div className="complaints-pair">
        <TextInput type="datetime-local" label={text('form.from')} {...line('from')} />
        <TextInput type="datetime-local" label={text('form.to')} {...line('to')} />
      </div>
      <div className="complaints-pair">
        <TextInput label={text('form.ticket')} maxLength={60} {...line('ticket')} />
        <TextInput label={text('form.dossier')} maxLength={60} {...line('dossierCode')} />
      </div>
      <Textarea
        label={text('form.text')}
        maxLength={10_000}
        autosize
        minRows={3}
        maxRows={12}
        {...(missing ? { error: text('form.text-rule') } : {})}
        {...line('text')}
      />
      <div className="complaints-pair">
        <TextInput label={text('form.name')} maxLength={200} {...line('name')} />
        <TextInput label={text('form.phone')} type="tel" maxLength={30} {...line('phone')} />
      </div>
      <p className="complaints-faint">{text('form.shielded')}</p>
      <Select
        label={text('form.channel')}
        data={complaintChannelSchema.options.map((value) => ({ value, label: text(`channel.${value}`) }))}
        value={typed.channel}
        onChange={set('channel')}
        allowDeselect={false}
      />
      {taking.isError ? (
        <p role="alert" className="complaints-fault">
          ✕ {problemText(taking.error)}
        </p>
      ) : null}
      <Button type="submit" loading={taking.isPending}>
        {text('form.send')}
      </Button>
    </form>
  );
}

function inputOf(typed: typeof empty): ComplaintInput {
  const given = (value: string) => (value.trim() === '' ? undefined : value.trim());
  const [from, to] = [fromLocalInput(typed.from), fromLocalInput(typed.to)];
  const [name, phone] = [given(typed.name), given(typed.phone)];
  return {
    kind: typed.kind === 'denunciation' ? 'denunciation' : 'complaint',
    channel: complaintChannelSchema.parse(typed.channel),
    text: typed.text,
    ...(given(typed.counterId) === undefined ? {} : { counterId: typed.counterId }),
    ...(from === undefined ? {} : { happenedFrom: from }),
    ...(to === undefined ? {} : { happenedTo: to }),
    ...(given(typed.ticket) === undefined ? {} : { ticket: typed.ticket }),
    ...(given(typed.dossierCode) === undefined ? {} : { dossierCode: typed.dossierCode }),
    ...(name === undefined && phone === undefined
      ? {}
      : {
          reporter: { ...(name === undefined ? {} : { name }), ...(phone === undefined ? {} : { phone }) },
        }),
  };
}
