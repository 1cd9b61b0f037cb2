import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSites } from '../app/index.ts';
import { ErrorState, formatDate, LoadingState } from '../ui-kit/index.ts';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

/** All that the head of an office learns. */
export function ComplaintCounts() {
  const text = useComplaintText();
  const sites = useSites().data ?? [];
  const query = useQuery({
    queryKey: ['complaint-counts'],
    queryFn: ({ signal }) => complaintsApi.counts(signal),
  });
  return (
    <div className="complaints-page">
      <header>
        <h1>{text('count.title')}</h1>
      </header>
      <p className="complaints-faint">{text('count.lead')}</p>
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text('count.week')}</Table.Th>
              <Table.Th>{text('count.site')}</Table.Th>
              <Table.Th>{text('count.number')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.items.map(({ siteId, weekFrom, weekTo, complaints }) => (
              <Table.Tr key={`${siteId} ${weekFrom}`}>
                <Table.Td>
                  {formatDate(weekFrom)} – {formatDate(weekTo - 1)}
                </Table.Td>
                <Table.Td>{sites.find(({ id }) => id === siteId)?.name}</Table.Td>
                <Table.Td>{complaints}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </div>
  );
}
