import { PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Person } from '@minhbach/shared/protocol';
import { api, meQuery, useMe, useUnits } from '../app/index.ts';
import { usePasswordEye } from '../ui-kit/index.ts';
import { chosenRule, nameRule, passwordRule } from './field-rules.ts';
import { FormDialog } from './form-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';
import { peopleQuery } from './people-query.ts';
import { RoleSelect } from './role-select.tsx';

export function PersonForm({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const text = useOfficesText();
  const eye = usePasswordEye();
  const units = useUnits();
  const own = useMe().person.id === person.id;
  const form = useForm<{
    displayName: string;
    role: string | null;
    unitId: string | null;
    active: boolean;
    password: string;
    staffNumber: string;
    reason: string;
  }>({
    initialValues: {
      displayName: person.displayName,
      role: person.role,
      unitId: person.unitId,
      active: person.active,
      password: '',
      staffNumber: person.staffNumber ?? '',
      reason: '',
    },
    validate: {
      displayName: nameRule(text, 'displayName'),
      role: chosenRule(text, 'role'),
      unitId: chosenRule(text, 'unitId'),
      password: passwordRule(text, { mayBeEmpty: true }),
    },
  });
  const active = form.values.active;
  return (
    <FormDialog
      title={text('people.edit', { name: person.displayName })}
      form={form}
      send={({ displayName, role, unitId, active: isActive, password, staffNumber, reason }) =>
        api.patch(`/people/${person.id}`, {
          displayName,
          ...(own ? {} : { role, unitId, active: isActive }),
          ...(password === '' ? {} : { password }),
          ...(staffNumber.trim() === '' ? {} : { staffNumber }),
          ...(reason.trim() === '' ? {} : { reason }),
        })
      }
      saved={({ displayName }) => text('saved', { name: displayName })}
      refresh={[peopleQuery.queryKey, meQuery.queryKey]}
      onClose={onClose}
    >
      {own ? <p className="offices-note">{text('people.own')}</p> : null}
      <TextInput label={text('people.display-name')} data-autofocus {...form.getInputProps('displayName')} />
      <TextInput
        label={text('people.staff-number')}
        description={text('people.staff-number-help')}
        autoComplete="off"
        {...form.getInputProps('staffNumber')}
      />
      <RoleSelect disabled={own} {...form.getInputProps('role')} />
      <Select
        label={text('people.unit')}
        searchable
        disabled={own}
        data={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('unitId')}
      />
      <PasswordInput
        {...eye}
        label={text('people.new-password')}
        description={text('people.new-password-help')}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
      <Switch
        label={text('people.active')}
        disabled={own}
        {...(person.active && !active ? { description: text('people.deactivate-help') } : {})}
        {...form.getInputProps('active', { type: 'checkbox' })}
      />
      <TextInput
        label={text('people.reason')}
        description={text('people.reason-help')}
        autoComplete="off"
        maxLength={2000}
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  );
}
