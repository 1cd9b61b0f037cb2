import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Counter, Site } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useCounters, useMay, useSites, useUnits } from '../app/index.ts';
import { EmptyState } from '../ui-kit/index.ts';
import { CounterForm } from './counter-form.tsx';
import { useOfficesText } from './i18n/index.ts';
import { RecordList } from './record-list.tsx';
import { SectionHead } from './section-head.tsx';
import { SiteCard } from './site-card.tsx';
import { SiteForm } from './site-form.tsx';

type Open =
  | { readonly kind: 'site'; readonly site: Site | undefined }
  | { readonly kind: 'counter'; readonly site: Site; readonly counter: Counter | undefined };

export function SitesSection() {
  const text = useOfficesText();
  const sites = useSites();
  const counters = useCounters();
  const units = useUnits();
  const mayManage = useMay('sites.manage');
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const add = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'site', site: undefined })}>
      {text('sites.add')}
    </Button>
  ) : null;
  return (
    <section className="offices-section">
      <SectionHead title={text('sites.title')} lead={text('sites.lead')} action={add} />
      <RecordList
        query={sites}
        words={(site) => site.name}
        empty={<EmptyState title={text('sites.empty')}>{text('sites.empty-text')}</EmptyState>}
      >
        {(items) =>
          items.map((site) => (
            <SiteCard
              key={site.id}
              site={site}
              unitName={units.data?.find(({ id }) => id === site.unitId)?.name ?? ''}
              counters={counters.data?.filter(({ siteId }) => siteId === site.id)}
              onEdit={() => setOpen({ kind: 'site', site })}
              onCounter={(counter) => setOpen({ kind: 'counter', site, counter })}
            />
          ))
        }
      </RecordList>
      {open?.kind === 'site' ? <SiteForm site={open.site} onClose={close} /> : null}
      {open?.kind === 'counter' ? (
        <CounterForm site={open.site} counter={open.counter} onClose={close} />
      ) : null}
    </section>
  );
}
