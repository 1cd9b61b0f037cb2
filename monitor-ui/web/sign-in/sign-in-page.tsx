import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useSearch } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { api, ApiProblem, LanguageSwitch, leaveTo } from '../app/index.ts';
import { EntryPage, usePasswordEye, useProblemText } from '../ui-kit/index.ts';
import { useSignInText } from './i18n/index.ts';
import { useSecondsLeft } from './use-seconds-left.ts';

export function SignInPage() {
  const text = useSignInText();
  const eye = usePasswordEye();
  const problemText = useProblemText();
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const passwordField = useRef<HTMLInputElement>(null);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [secondsLeft, waitFor] = useSecondsLeft();
  const firstStart = useQuery({
    queryKey: ['first-start'],
    queryFn: ({ signal }) => api.get<{ readonly needed: boolean }>('/first-start', { signal }),
    retry: false,
  });
  if (firstStart.data?.needed === true) return <Navigate to="/first-start" />;

  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() === '' || password === '') {
      setFault(text('fill-in'));
      return;
    }
    setBusy(true);
    setFault(undefined);
    try {
      await api.post('/session', { username: username.trim(), password });
      leaveTo(typeof search['then'] === 'string' ? search['then'] : undefined);
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiProblem && error.status === 429) waitFor(Number(error.params['seconds'] ?? 30));
      else setFault(problemText(error));
      setPassword('');
      passwordField.current?.focus();
    }
  };
  const waiting = secondsLeft > 0;
  const said = waiting ? text('wait', { seconds: secondsLeft }) : fault;
  return (
    <EntryPage title={text('title')} lead={text('lead')} top={<LanguageSwitch />} foot={text('recorded')}>
      <form onSubmit={(event) => void signIn(event)} noValidate>
        <TextInput
          label={text('username')}
          value={username}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          autoFocus
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          {...eye}
          ref={passwordField}
          label={text('password')}
          value={password}
          autoComplete="current-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {said === undefined ? null : (
          <p className="entry-fault" role="alert">
            ✕ {said}
          </p>
        )}
        <Button type="submit" loading={busy} disabled={waiting}>
          {text('submit')}
        </Button>
      </form>
    </EntryPage>
  );
}
