import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useCounters } from '../../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui-kit/index.ts';
import { useCamerasText } from '../i18n/index.ts';
import { Acceptance, type PictureSize } from './acceptance.tsx';
import { AimView } from './aim-view.tsx';
import type { StepProps } from './step-props.ts';

/** The last step of adding, and what "Aim" in the list opens. */
export function AimStep({ search, go }: StepProps) {
  const text = useCamerasText();
  const counters = useCounters();
  const [seen, setSeen] = useState<PictureSize>();
  if (counters.isPending) return <LoadingState />;
  if (counters.isError) {
    return <ErrorState error={counters.error} retry={() => void counters.refetch()} />;
  }
  const counter = counters.data.find(({ sources }) => sources.some(({ id }) => id === search.source));
  const source = counter?.sources.find(({ id }) => id === search.source);
  const leave = () => go({ add: undefined, source: undefined });
  const done = (
    <Group justify="space-between">
      <Button
        variant="default"
        onClick={() => go({ add: 'device', source: undefined, discover: search.discover })}
      >
        {text('check.another')}
      </Button>
      <Button onClick={leave}>{text('check.done')}</Button>
    </Group>
  );
  if (counter === undefined || source === undefined) {
    return <EmptyState title={text('check.gone')} action={done} />;
  }
  return (
    <>
      <p>
        <b>{source.name}</b> · {counter.name}
      </p>
      {source.kind === 'camera' ? <AimView key={source.id} source={source} onSeen={setSeen} /> : null}
      <Acceptance source={source} counter={counter} seen={seen} />
      {done}
    </>
  );
}
