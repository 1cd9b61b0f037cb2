import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ApiProblem, LanguageSwitch, leaveTo } from '../app/index.ts';
import { EmptyState, EntryPage, usePasswordEye, useProblemText } from '../ui-kit/index.ts';
import { useFirstStartText } from './i18n/index.ts';

/** Cookies of the new session are there when this resolves. */
async function makeAdministrator(values: {
  code: string;
  unitName: string;
  username: string;
  displayName: string;
  password: string;
}): Promise<void> {
  const username = values.username.trim().toLowerCase();
  await api.post('/first-start', { ...values, username });
  await api.post('/session', { username, password: values.password });
}

export function FirstStartPage() {
  const text = useFirstStartText();
  const eye = usePasswordEye();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const state = useQuery({
    queryKey: ['first-start'],
    queryFn: ({ signal }) => api.get<{ readonly needed: boolean }>('/first-start', { signal }),
    retry: false,
  });
  const name = (key: 'unit-name' | 'display-name') => (value: string) =>
    value.trim().length >= 1 && value.trim().length <= 200 ? null : text(`fault.${key}`);
  const form = useForm({
    initialValues: { code: '', unitName: '', username: '', displayName: '', password: '' },
    validate: {
      code: (value) => (value.trim() === '' ? text('fault.code') : null),
      unitName: name('unit-name'),
      username: (value) =>
        /^[a-z0-9][a-z0-9._-]{1,39}$/.test(value.trim().toLowerCase()) ? null : text('fault.username'),
      displayName: name('display-name'),
      password: (value) => (value.length >= 12 && value.length <= 200 ? null : text('fault.password')),
    },
  });
  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    setFault(undefined);
    try {
      await makeAdministrator(values);
      leaveTo('/');
    } catch (error) {
      setBusy(false);
      setFault(error);
      if (error instanceof ApiProblem && error.code === 'code-wrong')
        form.setFieldError('code', problemText(error));
    }
  });
  if (state.data?.needed === false && !busy) {
    return <EmptyState title={text('not-needed')} action={<Link to="/sign-in">{text('to-sign-in')}</Link>} />;
  }
  return (
    <EntryPage title={text('title')} lead={text('lead')} top={<LanguageSwitch />}>
      <form onSubmit={submit} noValidate>
        <TextInput
          label={text('code')}
          autoComplete="one-time-code"
          spellCheck={false}
          {...form.getInputProps('code')}
        />
        <TextInput
          label={text('unit-name')}
          description={text('unit-help')}
          {...form.getInputProps('unitName')}
        />
        <TextInput label={text('display-name')} autoComplete="name" {...form.getInputProps('displayName')} />
        <TextInput
          label={text('username')}
          description={text('username-help')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('username')}
        />
        <PasswordInput
          {...eye}
          label={text('password')}
          description={text('password-help')}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        {fault === undefined ? null : (
          <p className="entry-fault" role="alert">
            ✕ {problemText(fault)}
          </p>
        )}
        <Button type="submit" loading={busy}>
          {text('submit')}
        </Button>
      </form>
    </EntryPage>
  );
}
