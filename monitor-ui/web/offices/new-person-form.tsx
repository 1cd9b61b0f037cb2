import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, useUnits } from '../app/index.ts';
import { usePasswordEye } from '../ui-kit/index.ts';
import { chosenRule, nameRule, passwordRule, usernameRule } from './field-rules.ts';
import { FormDialog } from './form-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';
import { peopleQuery } from './people-query.ts';
import { RoleSelect } from './role-select.tsx';

export function NewPersonForm({ onClose }: { readonly onClose: () => void }) {
  const text = useOfficesText();
  const eye = usePasswordEye();
  const units = useUnits();
  const form = useForm<{
    username: string;
    displayName: string;
    role: string | null;
    unitId: string | null;
    password: string;
    staffNumber: string;
    reason: string;
  }>({
    initialValues: {
      ...{
        username: '',
        displayName: '',
        role: null,
        unitId: null,
        password: '',
        staffNumber: '',
        reason: '',
      },
    },
    validate: {
      username: usernameRule(text),
      displayName: nameRule(text, 'displayName'),
      role: chosenRule(text, 'role'),
      unitId: chosenRule(text, 'unitId'),
      password: passwordRule(text),
    },
  });
  return (
    <FormDialog
      title={text('people.add')}
      form={form}
      send={({ staffNumber, reason, ...values }) =>
        api.post('/people', {
          ...values,
          ...(staffNumber.trim() === '' ? {} : { staffNumber }),
          ...(reason.trim() === '' ? {} : { reason }),
        })
      }
      saved={({ displayName }) => text('saved', { name: displayName })}
      refresh={[peopleQuery.queryKey]}
      onClose={onClose}
    >
      <TextInput label={text('people.display-name')} data-autofocus {...form.getInputProps('displayName')} />
      <TextInput
        label={text('people.username')}
        autoCapitalize="none"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <TextInput
        label={text('people.staff-number')}
        description={text('people.staff-number-help')}
        autoComplete="off"
        {...form.getInputProps('staffNumber')}
      />
      <RoleSelect {...form.getInputProps('role')} />
      <Select
        label={text('people.unit')}
        searchable
        data={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('unitId')}
      />
      <PasswordInput
        {...eye}
        label={text('people.password')}
        description={text('allowed.password')}
        autoComplete="new-password"
        {...form.getInputProps('password')}
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
