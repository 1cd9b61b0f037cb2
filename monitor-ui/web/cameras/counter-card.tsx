import { ActionIcon } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Counter, Recorder, Source } from '@minhbach/shared/protocol';
import { useMay } from '../app/index.ts';
import { StateDot } from '../ui-kit/index.ts';
import { healthOf, isOwnSound, recorderOf } from './attention.ts';
import { useCamerasText } from './i18n/index.ts';
import { SourceRow } from './source-row.tsx';

export function CounterCard({
  counter,
  siteName,
  recorders,
  onAdd,
  onAim,
  onRetire,
}: {
  readonly counter: Counter;
  readonly siteName: string;
  readonly recorders: readonly Recorder[];
  readonly onAdd: () => void;
  readonly onAim: (source: Source) => void;
  readonly onRetire: (source: Source) => void;
}) {
  const text = useCamerasText();
  const mayAdd = useMay('sources.register');
  const health = healthOf(counter, recorders);
  return (
    <article className="cameras-card" aria-label={counter.name}>
      <header>
        <div>
          <h2>{counter.name}</h2>
          <small>{siteName}</small>
        </div>
        <span className="cameras-lacks">
          {health.lacksCamera ? <StateDot tone="warn" word={text('counter.no-camera')} /> : null}
          {health.lacksMicrophone ? <StateDot tone="warn" word={text('counter.no-microphone')} /> : null}
        </span>
        {mayAdd ? (
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={text('counter.add', { counter: counter.name })}
            onClick={onAdd}
          >
            <IconPlus size={16} />
          </ActionIcon>
        ) : null}
      </header>
      {counter.sources.length === 0 ? <p>{text('counter.bare')}</p> : null}
      <ul>
        {counter.sources.map((source) => (
          <SourceRow
            key={source.id}
            source={source}
            ownSound={isOwnSound(source, counter)}
            recorder={recorderOf(source, recorders)}
            onAim={() => onAim(source)}
            onRetire={() => onRetire(source)}
          />
        ))}
      </ul>
    </article>
  );
}
