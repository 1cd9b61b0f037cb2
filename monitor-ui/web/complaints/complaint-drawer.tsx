import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorState, LoadingState } from '../ui-kit/index.ts';
import { ComplaintDetail } from './complaint-detail.tsx';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

export function ComplaintDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  const text = useComplaintText();
  const query = useQuery({
    queryKey: ['complaint', id],
    queryFn: ({ signal }) => complaintsApi.find(id ?? '', signal),
    enabled: id !== undefined,
    staleTime: 30_000,
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={query.data === undefined ? text('title') : text(`kind.${query.data.kind}`)}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <ComplaintDetail key={query.data.id} complaint={query.data} />
      )}
    </Drawer>
  );
}
