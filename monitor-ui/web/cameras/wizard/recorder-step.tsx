import { Button } from '@mantine/core';
import type { Recorder } from '@minhbach/shared/protocol';
import { useCounters, useRecorders, useSites } from '../../app/index.ts';
import { EmptyState, ErrorState, formatDateTime, LoadingState, StateDot } from '../../ui-kit/index.ts';
import { useCamerasText } from '../i18n/index.ts';
import type { StepProps } from './step-props.ts';

export function RecorderStep({ search, go }: StepProps) {
  const text = useCamerasText();
  const recorders = useRecorders();
  const sites = useSites();
  const counters = useCounters();
  if (recorders.isPending) return <LoadingState />;
  if (recorders.isError) {
    return <ErrorState error={recorders.error} retry={() => void recorders.refetch()} />;
  }
  const siteId = counters.data?.find(({ id }) => id === search.counter)?.siteId;
  const shown = recorders.data.filter((recorder) => siteId === undefined || recorder.siteId === siteId);
  if (shown.length === 0) {
    return <EmptyState title={text('recorder.none')}>{text('recorder.none-text')}</EmptyState>;
  }
  const why = (recorder: Recorder) =>
    recorder.lastSeenAt === undefined
      ? text('recorder.offline-now')
      : text('recorder.offline-since', { time: formatDateTime(recorder.lastSeenAt) });
  return (
    <>
      <p>{text('recorder.question')}</p>
      <div className="wizard-choices">
        {shown.map((recorder) => (
          <Button
            key={recorder.id}
            variant="default"
            className="wizard-choice"
            disabled={!recorder.online}
            onClick={() =>
              go({
                add: 'device',
                recorder: recorder.id,
                ...(recorder.id === search.recorder ? {} : { discover: undefined, probe: undefined }),
              })
            }
          >
            <b>{recorder.name}</b>
            <small>{sites.data?.find(({ id }) => id === recorder.siteId)?.name ?? ''}</small>
            <StateDot
              tone={recorder.online ? 'plain' : 'alarm'}
              word={recorder.online ? text('recorder.online') : why(recorder)}
            />
          </Button>
        ))}
      </div>
    </>
  );
}
