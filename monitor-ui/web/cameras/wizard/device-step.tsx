import { Button, Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { DiscoveredDevice } from '@minhbach/shared/protocol';
import { useState, type FormEvent } from 'react';
import { api } from '../../app/index.ts';
import { useCamerasProblem } from '../cameras-problem.ts';
import { useCamerasText } from '../i18n/index.ts';
import { addressFault, type AddressFault } from './device-connection.ts';
import { changeDraft } from './draft.ts';
import { FoundDevices } from './found-devices.tsx';
import { JobProgress } from './job-progress.tsx';
import { useJob } from './use-job.ts';
import type { StepProps } from './step-props.ts';

export function DeviceStep({ search, go, draft }: StepProps) {
  const text = useCamerasText();
  const problemText = useCamerasProblem();
  const job = useJob('discover', search.discover);
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [wrong, setWrong] = useState<AddressFault>();

  const discover = async () => {
    setAsking(true);
    setFault(undefined);
    try {
      const { id } = await api.post<{ readonly id: string }>(`/recorders/${search.recorder ?? ''}/discover`);
      go({ discover: id });
    } catch (error) {
      setFault(error);
    }
    setAsking(false);
  };
  const choose = ({ address, name }: Pick<DiscoveredDevice, 'address' | 'name'>) => {
    const same = address === draft.address;
    changeDraft({ address, deviceName: name, ...(same ? {} : { profile: '', name: '' }) });
    go({ add: 'login', probe: undefined });
  };
  const useTyped = (event: FormEvent) => {
    event.preventDefault();
    const found = addressFault(draft.address);
    setWrong(found);
    if (found === undefined) choose({ address: draft.address.trim(), name: draft.address.trim() });
  };
  const problem = fault ?? (job.state === 'failed' ? job.problem : undefined);
  return (
    <>
      <p>{text('device.question')}</p>
      {job.state === 'running' ? (
        <JobProgress
          label={text('device.finding')}
          progress={job.progress}
          onStop={() => go({ discover: undefined })}
        />
      ) : (
        <Button leftSection={<IconSearch size={16} />} loading={asking} onClick={() => void discover()}>
          {text(job.state === 'done' ? 'device.find-again' : 'device.find')}
        </Button>
      )}
      {problem === undefined ? null : (
        <p role="alert" className="cameras-fault">
          ✕ {problemText(problem)}
        </p>
      )}
      {job.state === 'done' ? <FoundDevices devices={job.result.devices} onChoose={choose} /> : null}
      <form className="wizard-form" onSubmit={useTyped} noValidate>
        <h2>{text('device.by-hand')}</h2>
        <TextInput
          label={text('device.address')}
          description={text('device.address-help')}
          value={draft.address}
          error={wrong === undefined ? null : text(`fault.${wrong}`)}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          inputMode="url"
          onChange={(event) => {
            changeDraft({ address: event.currentTarget.value });
            setWrong(undefined);
          }}
        />
        <Group justify="space-between">
          <Button variant="default" onClick={() => go({ add: 'recorder' })}>
            {text('wizard.back')}
          </Button>
          <Button type="submit">{text('device.use-address')}</Button>
        </Group>
      </form>
    </>
  );
}
