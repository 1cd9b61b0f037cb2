import type { CaseFile } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../app/index.ts';
import { ErrorState, formatDateTime, LoadingState, StateDot } from '../ui-kit/index.ts';
import { CaseComplaints } from './case-complaints.tsx';
import { CaseCustody } from './case-custody.tsx';
import { CaseDue } from './case-due.tsx';
import { CaseFootage } from './case-footage.tsx';
import { CaseNotes } from './case-notes.tsx';
import { CaseOutcome } from './case-outcome.tsx';
import { CaseTasks } from './case-tasks.tsx';
import { caseTone } from './case-words.ts';
import { casesApi } from './cases-api.ts';
import { useCaseText } from './i18n/index.ts';
import { MemberForm } from './member-form.tsx';

/** All of a case on one page, in the order in which one works. */
export function CaseFilePage({ id }: { readonly id: string }) {
  const text = useCaseText();
  const query = useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => casesApi.file(id, signal),
    staleTime: 30_000,
  });
  if (query.isPending) return <LoadingState />;
  if (query.isError) {
    return (
      <div className="case-page">
        <Link to="/cases">{text('back')}</Link>
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  return <File file={query.data} />;
}

function File({ file }: { readonly file: CaseFile }) {
  const text = useCaseText();
  const mayWork = useMay('cases.work') && file.isMember && file.state !== 'closed';
  return (
    <div className="case-page">
      <Link to="/cases">{text('back')}</Link>
      <header>
        <h1>
          {file.number} · {file.title}
        </h1>
        <p>
          <StateDot tone={caseTone[file.state]} word={text(`state.${file.state}`)} /> <CaseDue one={file} />{' '}
          <span className="case-faint">
            {text('file.opened', { name: file.openedBy.displayName, time: formatDateTime(file.openedAt) })}
          </span>
        </p>
        {file.isMember ? null : <p className="case-faint">{text('file.not-member')}</p>}
      </header>
      <Section title={text('section.complaints')}>
        <CaseComplaints file={file} />
      </Section>
      <Section title={text('section.footage')}>
        <CaseFootage {...{ file, mayWork }} />
      </Section>
      <Section title={text('section.marks')}>
        <Marks file={file} />
      </Section>
      <Section title={text('section.notes')}>
        <CaseNotes {...{ file, mayWork }} />
      </Section>
      <Section title={text('section.tasks')}>
        <CaseTasks {...{ file, mayWork }} />
      </Section>
      <Section title={text('section.members')}>
        <p>{file.members.map(({ displayName }) => displayName).join(' · ')}</p>
        {mayWork ? <MemberForm caseId={file.id} /> : null}
      </Section>
      <Section title={text('section.custody')}>
        <CaseCustody caseId={file.id} />
      </Section>
      <Section title={text('section.outcome')}>
        <CaseOutcome {...{ file, mayWork }} />
      </Section>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="case-section" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Marks({ file }: { readonly file: CaseFile }) {
  const text = useCaseText();
  if (file.marks.length === 0) return <p className="case-faint">{text('none')}</p>;
  return (
    <ul className="case-list">
      {[...file.marks]
        .sort((a, b) => a.markedAt - b.markedAt)
        .map((mark) => (
          <li key={mark.id}>
            <Link
              to="/playback"
              search={{ counter: mark.counterId, at: Math.max(0, mark.markedAt - 3_000), case: file.id }}
            >
              {formatDateTime(mark.markedAt)}
            </Link>{' '}
            {mark.text} <span className="case-faint">({mark.by.displayName})</span>
          </li>
        ))}
    </ul>
  );
}
