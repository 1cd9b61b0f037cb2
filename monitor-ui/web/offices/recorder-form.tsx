import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Recorder } from '@minhbach/shared/protocol';
import { api, recordersQuery } from '../app/index.ts';
import { nameRule } from './field-rules.ts';
import { FormDialog } from './form-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';

export function RecorderForm({
  recorder,
  onClose,
}: {
  readonly recorder: Recorder;
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const form = useForm({
    initialValues: { name: recorder.name },
    validate: { name: nameRule(text, 'name') },
  });
  return (
    <FormDialog
      title={text('recorders.rename', { name: recorder.name })}
      form={form}
      send={(values) => api.patch(`/recorders/${recorder.id}`, values)}
      saved={({ name }) => text('saved', { name })}
      refresh={[recordersQuery.queryKey]}
      onClose={onClose}
    >
      <TextInput label={text('name')} data-autofocus {...form.getInputProps('name')} />
    </FormDialog>
  );
}
