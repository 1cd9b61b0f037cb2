import { Button, Group, Radio } from '@mantine/core';
import type { ProbedProfile, ProbeResult } from '@minhbach/shared/protocol';
import { EmptyState, LoadingState } from '../../ui-kit/index.ts';
import { useCamerasProblem } from '../cameras-problem.ts';
import { useCamerasText } from '../i18n/index.ts';
import { changeDraft } from './draft.ts';
import { ProfileFacts } from './profile-facts.tsx';
import { useJob } from './use-job.ts';
import type { StepProps } from './step-props.ts';

export function StreamStep({ search, go, draft }: StepProps) {
  const text = useCamerasText();
  const problemText = useCamerasProblem();
  const job = useJob('probe', search.probe);
  if (job.state === 'running' || job.state === 'none') return <LoadingState />;
  const back = (
    <Button variant="default" onClick={() => go({ add: 'login', probe: undefined })}>
      {text('wizard.back')}
    </Button>
  );
  if (job.state === 'failed') {
    return <EmptyState title={problemText(job.problem)} action={back} />;
  }
  const { probe } = job.result;
  const chosen = chosenProfile(probe, draft.profile);
  if (chosen === undefined) return <EmptyState title={text('stream.none')} action={back} />;
  const device = [probe.manufacturer, probe.model, probe.firmware].filter((word) => word !== undefined);
  const clockOffS = Math.round((probe.clockOffsetMs ?? 0) / 1000);
  const goOn = () => {
    changeDraft({
      profile: chosen.token,
      kind: chosen.video === undefined ? 'microphone' : 'camera',
      counterId: draft.counterId === '' ? (search.counter ?? '') : draft.counterId,
      name: draft.name === '' ? draft.deviceName : draft.name,
    });
    go({ add: 'bind' });
  };
  return (
    <div className="wizard-form">
      {device.length === 0 ? null : <p className="cameras-address">{device.join(' · ')}</p>}
      <Radio.Group
        label={text('stream.question')}
        value={chosen.token}
        onChange={(token) => changeDraft({ profile: token })}
      >
        <div className="wizard-choices">
          {probe.profiles.map((profile) => (
            <Radio.Card
              key={profile.token}
              value={profile.token}
              className="wizard-choice"
              disabled={!isUsable(profile)}
            >
              <ProfileFacts
                profile={profile}
                isMain={profile.token === probe.mainProfile}
                isSub={profile.token === probe.subProfile}
                usable={isUsable(profile)}
              />
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {chosen.audio === undefined ? (
        <p className="cameras-warning" role="status">
          ⚠ {text('stream.no-sound-warning')}
        </p>
      ) : null}
      {chosen.video !== undefined && probe.subProfile === undefined ? (
        <p className="cameras-warning">⚠ {text('stream.no-sub-warning')}</p>
      ) : null}
      {Math.abs(clockOffS) < 2 ? null : (
        <p className="cameras-warning">⚠ {text('stream.clock', { seconds: clockOffS })}</p>
      )}
      <Group justify="space-between">
        {back}
        <Button onClick={goOn}>{text('wizard.next')}</Button>
      </Group>
    </div>
  );
}

function isUsable({ video, audio }: ProbedProfile): boolean {
  return video === undefined ? audio !== undefined : video.codec !== 'other';
}

/** The person's choice; before that the one the recorder would take. */
function chosenProfile(probe: ProbeResult, token: string): ProbedProfile | undefined {
  const usable = probe.profiles.filter(isUsable);
  const find = (wanted: string | undefined) => usable.find((profile) => profile.token === wanted);
  return find(token) ?? find(probe.mainProfile) ?? usable[0];
}
