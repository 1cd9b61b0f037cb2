import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { enrolmentSchema } from '@minhbach/shared/protocol';
import { useState } from 'react';
import type { z } from 'zod';
import { api, useSites } from '../app/index.ts';
import { EnrolmentCode } from './enrolment-code.tsx';
import { useOfficesText } from './i18n/index.ts';
import { useOfficesProblem } from './offices-problem.ts';

type Enrolment = z.infer<typeof enrolmentSchema>;

/** Site first, then the code: shown once, gone when the dialog closes. */
export function EnrolDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useOfficesText();
  const { sentence } = useOfficesProblem();
  const sites = useSites();
  const only = sites.data?.length === 1 ? sites.data[0]?.id : undefined;
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const siteId = chosen ?? only ?? null;

  const make = async () => {
    if (siteId === null) {
      setFault(text('allowed.siteId'));
      return;
    }
    setBusy(true);
    setFault(undefined);
    try {
      setEnrolment(await api.post<Enrolment>('/recorders/enrolments', { siteId }));
      const site = sites.data?.find(({ id }) => id === siteId)?.name ?? '';
      notifications.show({ message: text('enrol.made', { site }), withCloseButton: false });
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={text('enrol.title')}
      centered
      size="lg"
      // A code that is lost by a click beside the box would have to be made again.
      closeOnClickOutside={enrolment === undefined}
      closeButtonProps={{ 'aria-label': text('cancel') }}
    >
      <Stack gap="md" className="offices-form">
        {enrolment === undefined ? (
          <>
            <p className="offices-note">{text('enrol.lead')}</p>
            {sites.data?.length === 0 ? <p role="alert">{text('enrol.no-sites')}</p> : null}
            <Select
              label={text('enrol.site')}
              searchable
              data={(sites.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={siteId}
              onChange={setChosen}
            />
            {fault === undefined ? null : (
              <p className="offices-fault" role="alert">
                ✕ {typeof fault === 'string' ? fault : sentence(fault)}
              </p>
            )}
          </>
        ) : (
          <EnrolmentCode code={enrolment.code} expiresAt={enrolment.expiresAt} />
        )}
        <Group justify="flex-end">
          {enrolment === undefined ? (
            <>
              <Button variant="default" onClick={onClose}>
                {text('cancel')}
              </Button>
              <Button data-autofocus loading={busy} onClick={() => void make()}>
                {text('enrol.make')}
              </Button>
            </>
          ) : (
            <Button onClick={onClose}>{text('enrol.done')}</Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
