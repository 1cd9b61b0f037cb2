import type {
  Attachment,
  Case,
  CaseFile,
  Complaint,
  ComplaintInput,
  complaintAggregateSchema,
  ComplaintTaken,
  Playback,
  Reporter,
  SearchClip,
  SearchItem,
} from '@minhbach/shared/protocol';
import type { z } from 'zod';
import { api, ApiProblem } from '../app/index.ts';

export const shownComplaints = 200;

/** Every call of the page under `/api/v1`, in one place. All throw `ApiProblem`. */
export const complaintsApi = {
  take: (input: ComplaintInput) => api.post<ComplaintTaken>('/complaints', input),
  list: (state: string | undefined, signal: AbortSignal) =>
    api.get<{ readonly items: readonly Complaint[]; readonly nextCursor?: string }>('/complaints', {
      query: { limit: shownComplaints, state },
      signal,
    }),
  find: (id: string, signal: AbortSignal) => api.get<Complaint>(`/complaints/${id}`, { signal }),
  place: (id: string, body: { counterId: string; happenedFrom: number; happenedTo?: number }) =>
    api.post<Complaint>(`/complaints/${id}/place`, body),
  reporter: (id: string, reason: string) =>
    api.post<{ readonly reporter: Reporter }>(`/complaints/${id}/reporter`, { reason }),
  search: (q: string, signal: AbortSignal) =>
    api.get<{ readonly items: readonly SearchItem[] }>('/search', { query: { q }, signal }),
  look: ({ counterId, from, to, caseId }: SearchClip, reason: string) =>
    api.post<Playback>('/playbacks', {
      ...{ counterId, from, to, reason },
      ...(caseId === undefined ? {} : { caseId }),
    }),
  counts: (signal: AbortSignal) =>
    api.get<z.infer<typeof complaintAggregateSchema>>('/complaints/aggregate', { signal }),
  openCase: (complaintId: string, title: string) =>
    api.post<CaseFile>('/cases', { complaintIds: [complaintId], title }),
  cases: (signal: AbortSignal) => api.all<Case>('/cases', { signal }),
  joinCase: (caseId: string, complaintId: string) =>
    api.post<CaseFile>(`/cases/${caseId}/complaints`, { complaintIds: [complaintId] }),
  attach,
};

/** Its bytes go as they are; headers carry no letters but ASCII, so the name is percent-encoded. */
async function attach(id: string, file: File): Promise<Attachment> {
  const response = await fetch(`/api/v1/complaints/${id}/attachments`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'x-file-name': encodeURIComponent(file.name) },
    body: file,
  }).catch(() => {
    throw ApiProblem.offline();
  });
  const answer = (await response.json()) as Attachment & ConstructorParameters<typeof ApiProblem>[0];
  if (!response.ok) throw new ApiProblem(answer);
  return answer;
}
