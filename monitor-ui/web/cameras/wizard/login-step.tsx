import { Button, Group, PasswordInput, TextInput } from '@mantine/core';
import { useEffect, useEffectEvent, useState, type FormEvent } from 'react';
import { api } from '../../app/index.ts';
import { usePasswordEye } from '../../ui-kit/index.ts';
import { useCamerasProblem } from '../cameras-problem.ts';
import { useCamerasText } from '../i18n/index.ts';
import { connectionOf } from './device-connection.ts';
import { changeDraft, keepPassword, typedPassword } from './draft.ts';
import { JobProgress } from './job-progress.tsx';
import { useJob } from './use-job.ts';
import type { StepProps } from './step-props.ts';

/** Logs in once to see what the device is. Nothing is stored by it. */
export function LoginStep({ search, go, draft }: StepProps) {
  const text = useCamerasText();
  const eye = usePasswordEye();
  const problemText = useCamerasProblem();
  const job = useJob('probe', search.probe);
  const [password, setPassword] = useState(() => typedPassword() ?? '');
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const goOn = useEffectEvent(() => go({ add: 'stream' }));
  const known = job.state === 'done' && typedPassword() !== undefined;
  useEffect(() => {
    if (known) goOn();
  }, [known]);

  const probe = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setFault(undefined);
    keepPassword(password);
    try {
      const { id } = await api.post<{ readonly id: string }>(`/recorders/${search.recorder ?? ''}/probe`, {
        connection: connectionOf({ ...draft, profile: '' }, password),
      });
      go({ probe: id });
    } catch (error) {
      setFault(error);
    }
    setAsking(false);
  };
  const problem = fault ?? (job.state === 'failed' ? job.problem : undefined);
  const running = job.state === 'running';
  return (
    <form className="wizard-form" onSubmit={(event) => void probe(event)} noValidate>
      <p>{text('login.question', { device: draft.deviceName || draft.address })}</p>
      <p className="cameras-address">{draft.address}</p>
      {job.state === 'done' ? <p role="status">{text('login.again')}</p> : null}
      <TextInput
        label={text('login.username')}
        value={draft.username}
        maxLength={100}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        disabled={running}
        onChange={(event) => changeDraft({ username: event.currentTarget.value })}
      />
      <PasswordInput
        {...eye}
        label={text('login.password')}
        description={text('login.note')}
        value={password}
        maxLength={200}
        autoComplete="off"
        disabled={running}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {problem === undefined ? null : (
        <p role="alert" className="cameras-fault">
          ✕ {problemText(problem)}
        </p>
      )}
      {running ? (
        <JobProgress
          label={text('login.probing')}
          progress={job.progress}
          onStop={() => go({ probe: undefined })}
        />
      ) : (
        <Group justify="space-between">
          <Button variant="default" onClick={() => go({ add: 'device', probe: undefined })}>
            {text('wizard.back')}
          </Button>
          <Button type="submit" loading={asking}>
            {text('login.submit')}
          </Button>
        </Group>
      )}
    </form>
  );
}
