import type { CaseFile } from '@minhbach/shared/protocol';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { casesApi } from './cases-api.ts';
import { useCaseText } from './i18n/index.ts';

export function CaseComplaints({ file }: { readonly file: CaseFile }) {
  const text = useCaseText();
  const complaints = useQueries({
    queries: file.complaintIds.map((id) => ({
      queryKey: ['complaint', id],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => casesApi.complaint(id, signal),
      staleTime: 60_000,
    })),
  });
  if (complaints.length === 0) return <p className="case-faint">{text('none')}</p>;
  return (
    <ul className="case-list">
      {complaints.map(({ data }, at) => (
        <li key={file.complaintIds[at]}>
          {data?.content === undefined ? null : <blockquote>{data.content.text}</blockquote>}
          <Link to="/complaints" search={{ id: file.complaintIds[at] }}>
            {text('complaint.open')}
          </Link>
        </li>
      ))}
    </ul>
  );
}
