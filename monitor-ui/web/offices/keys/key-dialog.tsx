import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import type { apiKeyMadeSchema } from '@minhbach/shared/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { api, useSites } from '../../app/index.ts';
import { Copied } from '../copied.tsx';
import { useOfficesText } from '../i18n/index.ts';
import { useOfficesProblem } from '../offices-problem.ts';
import { keysQuery } from './keys-query.ts';

/** Name and site first, then the key: shown once, gone when the dialog closes. */
export function KeyDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useOfficesText();
  const { sentence } = useOfficesProblem();
  const queries = useQueryClient();
  const sites = useSites();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const siteId = chosen ?? (sites.data?.length === 1 ? (sites.data[0]?.id ?? null) : null);
  const make = useMutation({
    mutationFn: () => api.post<z.infer<typeof apiKeyMadeSchema>>('/api-keys', { name, siteId }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
  const key = make.data?.key;
  return (
    <Modal
      opened
      onClose={onClose}
      title={text('keys.add')}
      centered
      size="lg"
      // A key that is lost by a click beside the box would have to be made again.
      closeOnClickOutside={key === undefined}
      closeButtonProps={{ 'aria-label': text('cancel') }}
    >
      {key === undefined ? (
        <form
          className="offices-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (name.trim() !== '' && siteId !== null) make.mutate();
          }}
        >
          <Stack gap="md">
            <TextInput
              label={text('name')}
              description={text('keys.name-help')}
              data-autofocus
              maxLength={200}
              value={name}
              error={tried && name.trim() === '' ? text('allowed.name') : undefined}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select
              label={text('keys.site')}
              searchable
              data={(sites.data ?? []).map(({ id, name: label }) => ({ value: id, label }))}
              value={siteId}
              error={tried && siteId === null ? text('allowed.siteId') : undefined}
              onChange={setChosen}
            />
            {make.isError ? (
              <p className="offices-fault" role="alert">
                ✕ {sentence(make.error)}
              </p>
            ) : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {text('cancel')}
              </Button>
              <Button type="submit" loading={make.isPending}>
                {text('keys.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <Copied label={text('keys.key')} value={key} />
          <p className="offices-note">⚠ {text('keys.once')}</p>
          <Group justify="flex-end">
            <Button onClick={onClose}>{text('enrol.done')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
