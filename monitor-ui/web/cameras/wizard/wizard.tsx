import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useCamerasText } from '../i18n/index.ts';
import { steps, type CamerasSearch, type Go, type Step } from '../page-search.ts';
import { AimStep } from './aim-step.tsx';
import { BindStep } from './bind-step.tsx';
import { DeviceStep } from './device-step.tsx';
import { useDraft, type Draft } from './draft.ts';
import { LoginStep } from './login-step.tsx';
import { RecorderStep } from './recorder-step.tsx';
import type { StepProps } from './step-props.ts';
import { StreamStep } from './stream-step.tsx';

const views: Readonly<Record<Step, (props: StepProps) => React.ReactNode>> = {
  recorder: RecorderStep,
  device: DeviceStep,
  login: LoginStep,
  stream: StreamStep,
  bind: BindStep,
  aim: AimStep,
};

/** Adding a device, step by step; each step is an address of its own, so Back and reload work. */
export function Wizard({ search, go }: { readonly search: CamerasSearch; readonly go: Go }) {
  const text = useCamerasText();
  const draft = useDraft();
  const heading = useRef<HTMLHeadingElement>(null);
  const step = reachable(search, draft);
  const number = steps.indexOf(step) + 1;
  useEffect(() => heading.current?.focus(), [step]);
  const View = views[step];
  return (
    <div className="cameras wizard">
      <Button
        variant="subtle"
        size="sm"
        leftSection={<IconArrowLeft size={16} />}
        onClick={() => go({ add: undefined, source: undefined, counter: undefined })}
      >
        {text('wizard.leave')}
      </Button>
      <div className="wizard-where">
        <h1 ref={heading} tabIndex={-1}>
          {text(`step.${step}`)}
        </h1>
        <span>{text('wizard.step', { number, count: steps.length, name: text(`step.${step}`) })}</span>
        <div className="wizard-bar" aria-hidden="true">
          {steps.map((name, index) => (
            <i key={name} data-passed={index < number} />
          ))}
        </div>
      </div>
      <View search={search} go={go} draft={draft} />
    </div>
  );
}

/** An address typed or kept from yesterday may name a step whose ground is missing: then the one that lays it. */
function reachable(search: CamerasSearch, draft: Draft): Step {
  const wanted = search.add ?? 'recorder';
  if (wanted === 'aim') return search.source === undefined ? 'recorder' : 'aim';
  if (search.recorder === undefined) return 'recorder';
  if (wanted === 'recorder' || wanted === 'device') return wanted;
  if (draft.address === '') return 'device';
  return wanted !== 'login' && search.probe === undefined ? 'login' : wanted;
}
