import { Button, Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, countersQuery, problemOf, useCounters, useRecorders } from '../../app/index.ts';
import { useFaultText } from '../../ui-kit/index.ts';
import { useCamerasProblem } from '../cameras-problem.ts';
import { camerasHas, useCamerasText } from '../i18n/index.ts';
import { connectionOf } from './device-connection.ts';
import { changeDraft, forgetDevice, typedPassword, type Draft } from './draft.ts';
import type { StepProps } from './step-props.ts';

type Values = Pick<Draft, 'kind' | 'counterId' | 'name'>;

export function BindStep({ search, go, draft }: StepProps) {
  const text = useCamerasText();
  const problemText = useCamerasProblem();
  const faultText = useFaultText();
  const queries = useQueryClient();
  const counters = useCounters();
  const recorders = useRecorders();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const form = useForm<Values>({
    initialValues: { kind: draft.kind, counterId: draft.counterId, name: draft.name },
    // Kept as it is typed: a refusal or a left page never loses it.
    onValuesChange: ({ kind, counterId, name }) => changeDraft({ kind, counterId, name }),
    validate: {
      counterId: (value) => (value === '' ? text('fault.counterId') : null),
      name: (value) => (value.trim().length >= 1 && value.trim().length <= 200 ? null : text('fault.name')),
    },
  });
  const siteId = recorders.data?.find(({ id }) => id === search.recorder)?.siteId;
  const choices = (counters.data ?? []).filter((counter) => counter.siteId === siteId);

  const register = async ({ kind, counterId, name }: Values) => {
    const password = typedPassword();
    if (password === undefined) {
      go({ add: 'login' });
      return;
    }
    setBusy(true);
    setFault(undefined);
    try {
      const { id } = await api.post<{ readonly id: string }>('/sources', {
        counterId,
        recorderId: search.recorder,
        name,
        kind,
        connection: connectionOf(draft, password),
      });
      await queries.invalidateQueries({ queryKey: countersQuery.queryKey });
      forgetDevice();
      go({ add: 'aim', source: id, probe: undefined, counter: undefined });
    } catch (error) {
      setFault(error);
      form.setErrors(
        Object.fromEntries(
          problemOf(error).errors.map((fault) => {
            const field = fault.pointer.split('/')[1] ?? '';
            const key = `fault.${field}`;
            return [field, camerasHas(key) ? text(key) : faultText(fault)];
          }),
        ),
      );
      setBusy(false);
    }
  };
  const recorderError = form.errors['recorderId'];
  return (
    <form className="wizard-form" noValidate onSubmit={form.onSubmit((values) => void register(values))}>
      <p>{text('bind.question')}</p>
      <SegmentedControl
        aria-label={text('bind.kind')}
        orientation="vertical"
        data={[
          { value: 'camera', label: text('bind.kind-camera') },
          { value: 'microphone', label: text('bind.kind-microphone') },
        ]}
        {...form.getInputProps('kind')}
      />
      <Select
        label={text('bind.counter')}
        searchable
        allowDeselect={false}
        data={choices.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('counterId')}
      />
      {counters.data !== undefined && recorders.data !== undefined && choices.length === 0 ? (
        <p role="alert" className="cameras-warning">
          ⚠ {text('bind.no-counters')}
        </p>
      ) : null}
      <TextInput label={text('bind.name')} {...form.getInputProps('name')} />
      <p className="cameras-note" role="status">
        {text(busy ? 'bind.registering' : 'bind.note')}
      </p>
      {fault === undefined ? null : (
        <p role="alert" className="cameras-fault">
          ✕ {recorderError ?? problemText(fault)}
        </p>
      )}
      <Group justify="space-between">
        <Button variant="default" onClick={() => go({ add: 'stream' })}>
          {text('wizard.back')}
        </Button>
        <Button type="submit" loading={busy}>
          {text('bind.submit')}
        </Button>
      </Group>
    </form>
  );
}
