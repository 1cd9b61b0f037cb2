import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Counter, Site } from '@minhbach/shared/protocol';
import { useMay } from '../app/index.ts';
import { StateDot } from '../ui-kit/index.ts';
import { useOfficesText } from './i18n/index.ts';

/** A site with its counters. `counters` is undefined until they have been read. */
export function SiteCard({
  site,
  unitName,
  counters,
  onEdit,
  onCounter,
}: {
  readonly site: Site;
  readonly unitName: string;
  readonly counters: readonly Counter[] | undefined;
  readonly onEdit: () => void;
  /** Opens a counter, or the form for a new one. */
  readonly onCounter: (counter: Counter | undefined) => void;
}) {
  const text = useOfficesText();
  const mayManageSite = useMay('sites.manage');
  const mayManageCounters = useMay('counters.manage');
  return (
    <article className="offices-card" aria-label={site.name}>
      <header>
        <div>
          <h3>{site.name}</h3>
          <small>
            {unitName}
            {counters === undefined ? '' : ` · ${text('sites.count', { count: counters.length })}`}
          </small>
        </div>
        {mayManageSite ? (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={text('sites.edit', { name: site.name })}
            onClick={onEdit}
          >
            {text('edit')}
          </Button>
        ) : null}
      </header>
      <ul>
        {counters?.map((counter) => (
          <li key={counter.id}>
            <span className="offices-grow">{counter.name}</span>
            <CounterSources counter={counter} />
            {mayManageCounters ? (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={text('counters.edit', { name: counter.name })}
                onClick={() => onCounter(counter)}
              >
                {text('edit')}
              </Button>
            ) : null}
          </li>
        ))}
        {counters?.length === 0 ? <li className="offices-note">{text('counters.none')}</li> : null}
      </ul>
      {mayManageCounters ? (
        <Button
          variant="default"
          size="sm"
          leftSection={<IconPlus size={14} />}
          aria-label={text('counters.add-to', { site: site.name })}
          onClick={() => onCounter(undefined)}
        >
          {text('counters.add')}
        </Button>
      ) : null}
    </article>
  );
}

function CounterSources({ counter }: { readonly counter: Counter }) {
  const text = useOfficesText();
  const count = (kind: string) => counter.sources.filter((source) => source.kind === kind).length;
  const [cameras, microphones] = [count('camera'), count('microphone')];
  const complete = cameras > 0 && microphones > 0;
  return (
    <span className="offices-sources">
      <small>{text('counters.sources', { cameras, microphones })}</small>
      <StateDot
        tone={complete ? 'plain' : 'warn'}
        word={text(complete ? 'counters.complete' : 'counters.lacks')}
      />
    </span>
  );
}
