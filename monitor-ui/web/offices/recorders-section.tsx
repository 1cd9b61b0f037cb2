import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Recorder } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useMay, useRecorders, useSites } from '../app/index.ts';
import { EmptyState } from '../ui-kit/index.ts';
import { EnrolDialog } from './enrol-dialog.tsx';
import { useOfficesText } from './i18n/index.ts';
import { RecordList } from './record-list.tsx';
import { RecorderCard } from './recorder-card.tsx';
import { RecorderForm } from './recorder-form.tsx';
import { SectionHead } from './section-head.tsx';

export function RecordersSection() {
  const text = useOfficesText();
  const recorders = useRecorders();
  const sites = useSites();
  const mayEnrol = useMay('recorders.enrol');
  const [enrolling, setEnrolling] = useState(false);
  const [renaming, setRenaming] = useState<Recorder>();
  const siteName = (id: string) => sites.data?.find((site) => site.id === id)?.name ?? '';
  const enrol = mayEnrol ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEnrolling(true)}>
      {text('recorders.enrol')}
    </Button>
  ) : null;
  return (
    <section className="offices-section">
      <SectionHead title={text('recorders.title')} lead={text('recorders.lead')} action={enrol} />
      <RecordList
        query={recorders}
        words={(recorder) => `${recorder.name} ${siteName(recorder.siteId)}`}
        empty={<EmptyState title={text('recorders.empty')}>{text('recorders.empty-text')}</EmptyState>}
      >
        {(items) =>
          items.map((recorder) => (
            <RecorderCard
              key={recorder.id}
              recorder={recorder}
              siteName={siteName(recorder.siteId)}
              onRename={() => setRenaming(recorder)}
            />
          ))
        }
      </RecordList>
      {enrolling ? <EnrolDialog onClose={() => setEnrolling(false)} /> : null}
      {renaming === undefined ? null : (
        <RecorderForm recorder={renaming} onClose={() => setRenaming(undefined)} />
      )}
    </section>
  );
}
