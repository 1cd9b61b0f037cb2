import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Counter, Site } from '@minhbach/shared/protocol';
import { api, countersQuery } from '../app/index.ts';
import { nameRule } from './field-rules.ts';
import { FormDialog } from './form-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';

export function CounterForm({
  site,
  counter,
  onClose,
}: {
  readonly site: Site;
  readonly counter: Counter | undefined;
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const form = useForm({
    initialValues: { name: counter?.name ?? '' },
    validate: { name: nameRule(text, 'name') },
  });
  return (
    <FormDialog
      title={
        counter === undefined
          ? text('counters.add-to', { site: site.name })
          : text('counters.edit', { name: counter.name })
      }
      form={form}
      send={({ name }) =>
        counter === undefined
          ? api.post('/counters', { name, siteId: site.id })
          : api.patch(`/counters/${counter.id}`, { name })
      }
      saved={({ name }) => text('saved', { name })}
      refresh={[countersQuery.queryKey]}
      onClose={onClose}
    >
      <TextInput label={text('name')} data-autofocus {...form.getInputProps('name')} />
    </FormDialog>
  );
}
