import type {
  Case,
  CaseFile,
  Incident,
  Playback,
  Timeline,
  completenessSchema,
  keyframesSchema,
} from '@minhbach/shared/protocol';
import { api } from '../app/index.ts';
import type { PlayedSpan } from './played-log.ts';
import type { z } from 'zod';

export type Completeness = z.infer<typeof completenessSchema>;
export type GrantedSource = Playback['sources'][number];

export interface GrantRequest {
  readonly counterId: string;
  readonly from: number;
  readonly to: number;
  readonly reason?: string;
  readonly incidentId?: string;
  readonly caseId?: string;
}

/** Every call of the page under `/api/v1`, in one place. All throw `ApiProblem`. */
export const playbackApi = {
  grant: (request: GrantRequest) => api.post<Playback>('/playbacks', request),
  played: (grantId: string, spans: readonly PlayedSpan[]) =>
    api.post<undefined>(`/playbacks/${grantId}/played`, { spans }),
  keyframes: (grantId: string, sourceId: string, from: number, to: number, signal: AbortSignal) =>
    api.get<z.infer<typeof keyframesSchema>>(`/playbacks/${grantId}/keyframes`, {
      query: { source: sourceId, from, to },
      signal,
    }),
  timeline: (counterId: string, from: number, to: number, signal: AbortSignal) =>
    api.get<Timeline>(`/counters/${counterId}/timeline`, { query: { from, to }, signal }),
  completeness: (counterId: string, from: number, to: number, signal: AbortSignal) =>
    api.get<Completeness>(`/counters/${counterId}/completeness`, { query: { from, to }, signal }),
  incident: (incidentId: string, signal: AbortSignal) =>
    api.get<Incident>(`/incidents/${incidentId}`, { signal }),
  incidents: (counterId: string, from: number, to: number, signal: AbortSignal) =>
    api.all<Incident>('/incidents', { query: { counterId, from, to }, signal }),
  cases: (signal: AbortSignal) => api.all<Case>('/cases', { signal }),
  caseFile: (caseId: string, signal: AbortSignal) => api.get<CaseFile>(`/cases/${caseId}`, { signal }),
  mark: (caseId: string, body: unknown) => api.post<CaseFile>(`/cases/${caseId}/marks`, body),
  bookmark: (body: unknown) => api.post<{ readonly id: string }>('/incidents', body),
};

/** A page that is being left cannot wait for an answer. */
export function reportPlayedOnLeaving(grantId: string, spans: readonly PlayedSpan[]): void {
  if (spans.length === 0) return;
  const body = new Blob([JSON.stringify({ spans })], { type: 'application/json' });
  navigator.sendBeacon(`/api/v1/playbacks/${grantId}/played`, body);
}

export function thumbnailUrl(grantId: string, sourceId: string, atMs: number): string {
  return `/api/v1/playbacks/${grantId}/thumbnail?source=${sourceId}&at=${Math.round(atMs)}`;
}

/** The playlist to ask for: the stored bytes where this browser can decode them, else the marked working copy. */
export function playableUrl(source: GrantedSource): { readonly url: string; readonly transcoded: boolean } {
  const mime = source.mime ?? (source.codec === undefined ? undefined : mimeOf(source.kind, source.codec));
  if (source.kind !== 'camera' || mime === undefined || MediaSource.isTypeSupported(mime)) {
    return { url: source.url, transcoded: false };
  }
  return { url: `${source.url}${source.url.includes('?') ? '&' : '?'}copy=h264`, transcoded: true };
}

const mimeOf = (kind: 'camera' | 'microphone', codec: string) =>
  `${kind === 'camera' ? 'video' : 'audio'}/mp4; codecs="${codec}"`;
