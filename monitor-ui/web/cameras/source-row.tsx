import { Button } from '@mantine/core';
import { IconCamera, IconMicrophone } from '@tabler/icons-react';
import type { Recorder, Source } from '@minhbach/shared/protocol';
import { useMay } from '../app/index.ts';
import { formatDateTime, StateDot, type Tone } from '../ui-kit/index.ts';
import { codecName } from './codec-name.ts';
import { useCamerasText } from './i18n/index.ts';

export const toneOfState: Readonly<Record<Source['state'], Tone>> = {
  recording: 'plain',
  starting: 'warn',
  retrying: 'alarm',
  refused: 'alarm',
  disabled: 'muted',
};

export function SourceRow({
  source,
  ownSound,
  recorder,
  onAim,
  onRetire,
}: {
  readonly source: Source;
  readonly ownSound: boolean;
  readonly recorder: Recorder | undefined;
  readonly onAim: () => void;
  readonly onRetire: () => void;
}) {
  const text = useCamerasText();
  const mayAim = useMay('sources.aim');
  const mayRetire = useMay('sources.retire');
  const isCamera = source.kind === 'camera';
  const KindIcon = isCamera ? IconCamera : IconMicrophone;
  const offline = recorder?.online === false;
  const facts = [
    ownSound ? text('source.own-sound') : undefined,
    source.codec === undefined ? undefined : codecName(source.codec),
    isCamera ? text(source.hasSubStream ? 'source.sub' : 'source.no-sub') : undefined,
    recorder === undefined ? undefined : text('source.recorder', { name: recorder.name }),
  ].filter((fact) => fact !== undefined);
  const why = [
    source.state === 'recording' || source.cause === undefined ? undefined : text(`cause.${source.cause}`),
    source.since === undefined ? undefined : text('source.since', { time: formatDateTime(source.since) }),
  ].filter((part) => part !== undefined);
  return (
    <li className="source" data-source={source.id} data-state={source.state}>
      <KindIcon size={20} role="img" aria-label={text(`kind.${source.kind}`)} />
      <div className="source-what">
        <b>{source.name}</b>
        <small>{facts.join(' · ')}</small>
      </div>
      <div className="source-state">
        {offline ? <StateDot tone="alarm" word={text('recorder.offline')} /> : null}
        <StateDot tone={offline ? 'muted' : toneOfState[source.state]} word={text(`state.${source.state}`)} />
        {why.length === 0 ? null : <small>{why.join(' · ')}</small>}
      </div>
      <div className="source-acts">
        {mayAim && isCamera ? (
          <Button
            variant="default"
            size="sm"
            aria-label={text('source.aim-of', { name: source.name })}
            onClick={onAim}
          >
            {text('source.aim')}
          </Button>
        ) : null}
        {mayRetire ? (
          <Button
            variant="subtle"
            size="sm"
            aria-label={text('source.retire-of', { name: source.name })}
            onClick={onRetire}
          >
            {text('source.retire')}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
