import type {
  Case,
  caseCandidatesSchema,
  CaseFile,
  Complaint,
  Custody,
  Incident,
} from '@minhbach/shared/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { api } from '../app/index.ts';

/** Every call of the page under `/api/v1`, in one place. All throw `ApiProblem`. */
export const casesApi = {
  list: (signal: AbortSignal) => api.all<Case>('/cases', { signal }),
  file: (id: string, signal: AbortSignal) => api.get<CaseFile>(`/cases/${id}`, { signal }),
  custody: (id: string, signal: AbortSignal) => api.get<Custody>(`/cases/${id}/custody`, { signal }),
  candidates: (id: string, signal: AbortSignal) =>
    api.get<z.infer<typeof caseCandidatesSchema>>(`/cases/${id}/candidates`, { signal }),
  complaint: (id: string, signal: AbortSignal) => api.get<Complaint>(`/complaints/${id}`, { signal }),
  incident: (id: string, signal: AbortSignal) => api.get<Incident>(`/incidents/${id}`, { signal }),
  add: (id: string, what: string, body: unknown) => api.post<CaseFile>(`/cases/${id}/${what}`, body),
};

/** Puts something into a case and shows the case as it then is. */
export function useAdding(caseId: string, what: string, onDone: () => void = () => undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: unknown) => casesApi.add(caseId, what, body),
    onSuccess: (file) => {
      queries.setQueryData(['case', caseId], file);
      void queries.invalidateQueries({ queryKey: ['cases'] });
      void queries.invalidateQueries({ queryKey: ['custody', caseId] });
      onDone();
    },
  });
}
