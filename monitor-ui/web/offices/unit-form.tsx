import { Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Unit } from '@minhbach/shared/protocol';
import { api, meQuery, unitsQuery, useMay } from '../app/index.ts';
import { nameRule } from './field-rules.ts';
import { FormDialog } from './form-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';

export function UnitForm({
  unit,
  onClose,
}: {
  readonly unit: Unit | undefined;
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const mayWiden = useMay('units.create');
  const form = useForm({
    initialValues: { name: unit?.name ?? '', oversight: unit?.oversight ?? false },
    validate: { name: nameRule(text, 'name') },
  });
  return (
    <FormDialog
      title={unit === undefined ? text('units.add') : text('units.edit', { name: unit.name })}
      form={form}
      send={(values) =>
        unit === undefined ? api.post('/units', values) : api.patch(`/units/${unit.id}`, values)
      }
      saved={({ name }) => text('saved', { name })}
      refresh={[unitsQuery.queryKey, meQuery.queryKey]}
      onClose={onClose}
    >
      <TextInput label={text('name')} data-autofocus {...form.getInputProps('name')} />
      <Switch
        label={text('units.oversight')}
        description={text('units.oversight-help')}
        disabled={!mayWiden}
        {...form.getInputProps('oversight', { type: 'checkbox' })}
      />
    </FormDialog>
  );
}
