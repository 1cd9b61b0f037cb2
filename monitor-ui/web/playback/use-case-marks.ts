import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { playbackApi } from './playback-api.ts';

const shownMs = 1_000;

/** Moments of a counter marked in the case it is looked at for, as the timeline draws them. */
export function useCaseMarks(caseId: string | undefined, counterId: string) {
  const query = useQuery({
    queryKey: ['case', caseId],
    queryFn: ({ signal }) => playbackApi.caseFile(caseId ?? '', signal),
    enabled: caseId !== undefined,
    staleTime: 60_000,
    retry: false,
  });
  return useMemo(
    () =>
      (query.data?.marks ?? [])
        .filter((mark) => mark.counterId === counterId)
        .map(({ id, markedAt, text }) => ({
          ...{ id, fromMs: markedAt, toMs: markedAt + shownMs, label: text },
        })),
    [query.data, counterId],
  );
}
