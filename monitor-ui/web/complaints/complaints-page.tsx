import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { z } from 'zod';
import { useMay } from '../app/index.ts';
import { ComplaintCounts } from './complaint-counts.tsx';
import { ComplaintDrawer } from './complaint-drawer.tsx';
import { ComplaintList } from './complaint-list.tsx';
import { useComplaintText } from './i18n/index.ts';
import { IntakeDialog } from './intake-dialog.tsx';
import { SearchBox } from './search-box.tsx';
import { SearchResults } from './search-results.tsx';
import './complaints.css';

const searchSchema = z.object({
  q: z.string().max(200).optional().catch(undefined),
  id: z.uuid().optional().catch(undefined),
  new: z.boolean().optional().catch(undefined),
});
type PageSearch = z.infer<typeof searchSchema>;

/** What citizens complained of; for the head of an office, how often. */
export function ComplaintsPage() {
  const text = useComplaintText();
  const mayRead = useMay('complaints.read');
  const mayTake = useMay('complaints.take');
  const mayCount = useMay('complaints.count');
  const search = searchSchema.parse(useSearch({ strict: false }));
  const navigate = useNavigate();
  const go = (next: PageSearch) => void navigate({ to: '/complaints', search: next });
  const open = (id: string) => go({ ...search, id });
  if (mayCount) return <ComplaintCounts />;
  return (
    <div className="complaints-page">
      <header>
        <h1>{text('title')}</h1>
        {mayTake ? (
          <Button
            leftSection={<IconPlus size={16} aria-hidden="true" />}
            onClick={() => go({ ...search, new: true })}
          >
            {text('take')}
          </Button>
        ) : null}
      </header>
      {mayRead ? <SearchBox asked={search.q} onAsk={(q) => go(q === undefined ? {} : { q })} /> : null}
      {!mayRead ? null : search.q === undefined ? (
        <ComplaintList onOpen={open} />
      ) : (
        <SearchResults q={search.q} onOpen={open} />
      )}
      <IntakeDialog
        opened={search.new === true}
        onClose={() => go({ ...search, new: undefined })}
        onOpenComplaint={mayRead ? (id) => go({ id }) : undefined}
      />
      <ComplaintDrawer id={search.id} onClose={() => go({ ...search, id: undefined })} />
    </div>
  );
}
