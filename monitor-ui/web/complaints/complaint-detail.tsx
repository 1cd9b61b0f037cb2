import { Button, FileButton } from '@mantine/core';
import type { Complaint } from '@minhbach/shared/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCounterNames, useMay } from '../app/index.ts';
import { formatDate, formatDateTime, formatTime, StateDot, useProblemText } from '../ui-kit/index.ts';
import { CaseButtons } from './case-buttons.tsx';
import { complaintsApi } from './complaints-api.ts';
import { stateTone } from './complaint-words.ts';
import { useComplaintText } from './i18n/index.ts';
import { PlaceForm } from './place-form.tsx';
import { ReporterCard } from './reporter-card.tsx';

export function ComplaintDetail({ complaint }: { readonly complaint: Complaint }) {
  const text = useComplaintText();
  const { nameOf } = useCounterNames();
  const maySeeReporter = useMay('complaints.see-reporter');
  const { content, clips, caseId } = complaint;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      text('detail.received'),
      `${formatDateTime(complaint.receivedAt)} · ${text(`channel.${complaint.channel}`)}`,
    ],
    [text('detail.counter'), complaint.counterId && nameOf(complaint.counterId)],
    [text('detail.happened'), happenedOf(complaint)],
    [text('detail.ticket'), content?.ticket],
    [text('detail.dossier'), content?.dossierCode],
  ];
  return (
    <div className="complaints-detail">
      <StateDot tone={stateTone[complaint.state]} word={text(`state.${complaint.state}`)} />
      <p className="complaints-faint">
        {text('detail.terms', {
          ...{ accept: formatDate(complaint.acceptBy - 1), answer: formatDate(complaint.answerBy - 1) },
        })}
      </p>
      {content === undefined ? (
        <p className="complaints-secret">{text('detail.secret')}</p>
      ) : (
        <blockquote>{content.text}</blockquote>
      )}
      <dl>
        {facts.map(([word, value]) =>
          value === undefined ? null : (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <section>
        <h3 className="section-title">{text('detail.clips')}</h3>
        {clips.length === 0 ? <p>{text('detail.no-place')}</p> : null}
        <ul className="complaints-clips">
          {clips.map((clip) => (
            <li key={clip.holdId}>
              <StateDot
                tone="held"
                word={`${nameOf(clip.counterId) ?? ''} ${formatDateTime(clip.from)} – ${formatTime(clip.to)}`}
              />{' '}
              {caseId === undefined ? null : (
                <Link
                  to="/playback"
                  search={{
                    ...{ counter: clip.counterId, from: clip.from, to: clip.to },
                    ...{ at: complaint.happenedFrom ?? clip.from, case: caseId },
                  }}
                >
                  {text('detail.play')}
                </Link>
              )}
            </li>
          ))}
        </ul>
        {clips.length === 0 && content !== undefined ? <PlaceForm complaint={complaint} /> : null}
      </section>
      <CaseButtons complaint={complaint} />
      {content === undefined ? null : (
        <>
          <Files complaint={complaint} files={content.attachments} />
          {!content.hasReporter ? (
            <p className="complaints-faint">{text('detail.no-reporter')}</p>
          ) : maySeeReporter ? (
            <ReporterCard complaintId={complaint.id} />
          ) : null}
        </>
      )}
    </div>
  );
}

function Files({
  complaint,
  files,
}: {
  readonly complaint: Complaint;
  readonly files: NonNullable<Complaint['content']>['attachments'];
}) {
  const text = useComplaintText();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const adding = useMutation({
    mutationFn: (file: File) => complaintsApi.attach(complaint.id, file),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['complaint', complaint.id] }),
  });
  return (
    <section>
      <h3 className="section-title">{text('detail.files')}</h3>
      <ul className="complaints-clips">
        {files.map((file) => (
          <li key={file.id}>
            <a href={`/api/v1/complaints/${complaint.id}/attachments/${file.id}`} download={file.name}>
              {file.name}
            </a>{' '}
            <small>{Math.ceil(file.bytes / 1024)} KB</small>
          </li>
        ))}
      </ul>
      {adding.isError ? (
        <p role="alert" className="complaints-fault">
          ✕ {problemText(adding.error)}
        </p>
      ) : null}
      <FileButton onChange={(file) => file !== null && adding.mutate(file)}>
        {(props) => (
          <Button {...props} variant="default" loading={adding.isPending}>
            {text('detail.add-file')}
          </Button>
        )}
      </FileButton>
    </section>
  );
}

function happenedOf({ happenedFrom: from, happenedTo: to }: Complaint): string | undefined {
  if (from === undefined) return undefined;
  return to === undefined ? formatDateTime(from) : `${formatDateTime(from)} – ${formatDateTime(to)}`;
}
