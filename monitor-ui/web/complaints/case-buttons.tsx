import { Button, Select, TextInput } from '@mantine/core';
import type { Complaint } from '@minhbach/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useCounterNames, useMay } from '../app/index.ts';
import { formatDateTime, useProblemText } from '../ui-kit/index.ts';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

/** From a complaint to the case it is looked into in: its own, a new one, or one that is open. */
export function CaseButtons({ complaint }: { readonly complaint: Complaint }) {
  const text = useComplaintText();
  const mayOpen = useMay('cases.open');
  const [form, setForm] = useState<'open' | 'join'>();
  if (complaint.caseId !== undefined) {
    return (
      <Button renderRoot={(props) => <Link {...props} to="/cases" search={{ id: complaint.caseId }} />}>
        {text('detail.to-case')}
      </Button>
    );
  }
  if (!mayOpen) return null;
  if (form === 'open') return <OpenForm complaint={complaint} />;
  if (form === 'join') return <JoinForm complaint={complaint} />;
  return (
    <div className="complaints-buttons">
      <Button onClick={() => setForm('open')}>{text('detail.open-case')}</Button>
      <Button variant="default" onClick={() => setForm('join')}>
        {text('detail.join-case')}
      </Button>
    </div>
  );
}

function OpenForm({ complaint }: { readonly complaint: Complaint }) {
  const text = useComplaintText();
  const { nameOf } = useCounterNames();
  const place = complaint.counterId === undefined ? '' : (nameOf(complaint.counterId) ?? '');
  const when = complaint.happenedFrom === undefined ? '' : formatDateTime(complaint.happenedFrom);
  const [title, setTitle] = useState(
    `${text(`kind.${complaint.kind}`)} ${place} ${when}`.replaceAll(/\s+/g, ' ').trim(),
  );
  const opening = useCase(() => complaintsApi.openCase(complaint.id, title.trim()));
  return (
    <CaseForm {...opening} label={text('case.open')} ready={title.trim() !== ''}>
      <TextInput
        label={text('case.title')}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={200}
        autoFocus
      />
    </CaseForm>
  );
}

function JoinForm({ complaint }: { readonly complaint: Complaint }) {
  const text = useComplaintText();
  const cases = useQuery({ queryKey: ['cases'], queryFn: ({ signal }) => complaintsApi.cases(signal) });
  const [caseId, setCaseId] = useState<string | null>(null);
  const joining = useCase(() => complaintsApi.joinCase(caseId ?? '', complaint.id));
  const open = (cases.data ?? []).filter((one) => one.state !== 'closed' && one.isMember);
  return (
    <CaseForm {...joining} label={text('case.join')} ready={caseId !== null}>
      <Select
        label={text('case.which')}
        data={open.map(({ id, number, title }) => ({ value: id, label: `${number} · ${title}` }))}
        value={caseId}
        onChange={setCaseId}
        searchable
      />
    </CaseForm>
  );
}

function useCase(send: () => Promise<{ readonly id: string }>) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const sending = useMutation({
    mutationFn: send,
    onSuccess: ({ id }) => {
      for (const key of ['complaints', 'complaint', 'cases'])
        void queries.invalidateQueries({ queryKey: [key] });
      void navigate({ to: '/cases', search: { id } });
    },
  });
  return { send: () => sending.mutate(), error: sending.error, busy: sending.isPending };
}

function CaseForm({
  send,
  error,
  busy,
  label,
  ready,
  children,
}: {
  readonly send: () => void;
  readonly error: unknown;
  readonly busy: boolean;
  readonly label: string;
  readonly ready: boolean;
  readonly children: ReactNode;
}) {
  const problemText = useProblemText();
  return (
    <form
      className="complaints-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send();
      }}
    >
      {children}
      {error === null ? null : (
        <p role="alert" className="complaints-fault">
          ✕ {problemText(error)}
        </p>
      )}
      <Button type="submit" loading={busy} disabled={!ready}>
        {label}
      </Button>
    </form>
  );
}
