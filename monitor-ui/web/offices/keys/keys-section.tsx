import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ApiKey } from '@minhbach/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useSites } from '../../app/index.ts';
import { ConfirmDialog, EmptyState, formatDateTime, StateDot } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesProblem } from '../offices-problem.ts';
import { RecordList } from '../record-list.tsx';
import { SectionHead } from '../section-head.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { keysQuery } from './keys-query.ts';

/** Keys with which queue machines tell what they served. */
export function KeysSection() {
  const text = useOfficesText();
  const { sentence } = useOfficesProblem();
  const queries = useQueryClient();
  const keys = useQuery(keysQuery);
  const sites = useSites();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<ApiKey>();
  const revoke = useMutation({
    mutationFn: (id: string) => api.post(`/api-keys/${id}/revoke`),
    onSettled: () => queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
  const siteName = (siteId: string) => sites.data?.find(({ id }) => id === siteId)?.name ?? '';
  return (
    <section className="offices-section">
      <SectionHead
        title={text('keys.title')}
        lead={text('keys.lead')}
        action={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            {text('keys.add')}
          </Button>
        }
      />
      {revoke.isError ? (
        <p className="offices-fault" role="alert">
          ✕ {sentence(revoke.error)}
        </p>
      ) : null}
      <RecordList
        query={keys}
        words={({ name, siteId }) => `${name} ${siteName(siteId)}`}
        empty={<EmptyState title={text('keys.empty')} />}
      >
        {(items) =>
          items.map((key) => (
            <article key={key.id} className="offices-card" aria-label={key.name}>
              <header>
                <div>
                  <h3>{key.name}</h3>
                  <small>
                    {siteName(key.siteId)} · {text('keys.made', { time: formatDateTime(key.createdAt) })}
                  </small>
                </div>
                <StateDot
                  tone={key.revokedAt === undefined ? 'plain' : 'muted'}
                  word={
                    key.revokedAt === undefined
                      ? text('keys.good')
                      : text('keys.revoked', { time: formatDateTime(key.revokedAt) })
                  }
                />
                {key.revokedAt === undefined ? (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={text('keys.revoke-of', { name: key.name })}
                    onClick={() => setEnding(key)}
                  >
                    {text('keys.revoke')}
                  </Button>
                ) : null}
              </header>
            </article>
          ))
        }
      </RecordList>
      {adding ? <KeyDialog onClose={() => setAdding(false)} /> : null}
      <ConfirmDialog
        opened={ending !== undefined}
        title={text('keys.revoke-of', { name: ending?.name ?? '' })}
        confirmLabel={text('keys.revoke')}
        onConfirm={() => {
          if (ending !== undefined) revoke.mutate(ending.id);
          setEnding(undefined);
        }}
        onClose={() => setEnding(undefined)}
      >
        {text('keys.revoke-lead')}
      </ConfirmDialog>
    </section>
  );
}
