import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Site } from '@minhbach/shared/protocol';
import { api, sitesQuery, useUnits } from '../app/index.ts';
import { chosenRule, nameRule } from './field-rules.ts';
import { FormDialog } from './form-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';

export function SiteForm({
  site,
  onClose,
}: {
  readonly site: Site | undefined;
  readonly onClose: () => void;
}) {
  const text = useOfficesText();
  const units = useUnits();
  const form = useForm<{ name: string; unitId: string | null }>({
    initialValues: { name: site?.name ?? '', unitId: site?.unitId ?? null },
    validate: { name: nameRule(text, 'name'), unitId: chosenRule(text, 'unitId') },
  });
  return (
    <FormDialog
      title={site === undefined ? text('sites.add') : text('sites.edit', { name: site.name })}
      form={form}
      send={(values) =>
        site === undefined ? api.post('/sites', values) : api.patch(`/sites/${site.id}`, values)
      }
      saved={({ name }) => text('saved', { name })}
      refresh={[sitesQuery.queryKey]}
      onClose={onClose}
    >
      <TextInput label={text('name')} data-autofocus {...form.getInputProps('name')} />
      <Select
        label={text('sites.unit')}
        searchable
        data={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('unitId')}
      />
    </FormDialog>
  );
}
