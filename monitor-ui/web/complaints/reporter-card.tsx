import { Button, TextInput } from '@mantine/core';
import type { Reporter } from '@minhbach/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useProblemText } from '../ui-kit/index.ts';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

const fields = ['name', 'phone', 'email', 'address'] as const satisfies readonly (keyof Reporter)[];

/** Who complained: shown for a reason, and gone with the drawer. */
export function ReporterCard({ complaintId }: { readonly complaintId: string }) {
  const text = useComplaintText();
  const problemText = useProblemText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const looking = useMutation({
    mutationFn: () => complaintsApi.reporter(complaintId, reason.trim()),
    gcTime: 0,
  });
  if (looking.isSuccess) {
    const { reporter } = looking.data;
    return (
      <dl className="complaints-reporter">
        {fields.map((field) =>
          reporter[field] === undefined ? null : (
            <div key={field}>
              <dt>{text(`reporter.${field}`)}</dt>
              <dd>{reporter[field]}</dd>
            </div>
          ),
        )}
      </dl>
    );
  }
  if (!asking) {
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        {text('detail.reporter')}
      </Button>
    );
  }
  return (
    <form
      className="complaints-form"
      onSubmit={(event) => {
        event.preventDefault();
        looking.mutate();
      }}
    >
      <p className="complaints-faint">{text('detail.reporter-lead')}</p>
      <TextInput
        label={text('reporter.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={2000}
        autoFocus
      />
      {looking.isError ? (
        <p role="alert" className="complaints-fault">
          ✕ {problemText(looking.error)}
        </p>
      ) : null}
      <Button type="submit" loading={looking.isPending} disabled={reason.trim().length < 5}>
        {text('reporter.show')}
      </Button>
    </form>
  );
}
