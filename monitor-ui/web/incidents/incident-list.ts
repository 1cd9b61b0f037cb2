import type { Incident } from '@minhbach/shared/protocol';

/** Newest span first; a change (higher `seq`) replaces what was known of the incident. */
export function mergeIncidents(known: readonly Incident[], news: readonly Incident[]): readonly Incident[] {
  const byId = new Map(known.map((incident) => [incident.id, incident]));
  let changed = false;
  for (const incident of news) {
    if (incident.seq <= (byId.get(incident.id)?.seq ?? -1)) continue;
    byId.set(incident.id, incident);
    changed = true;
  }
  return changed ? [...byId.values()].sort((a, b) => b.from - a.from || b.seq - a.seq) : known;
}

/** What the server is asked for; searching is its work, because searches are written to the audit. */
export interface IncidentFilter {
  readonly q?: string | undefined;
  readonly counterId?: string | undefined;
  readonly category?: string | undefined;
  /** UTC ms; incidents that reach beyond it. */
  readonly from?: number | undefined;
}

/** Lower case without Vietnamese marks, so that "vang mat" finds "Vắng mặt". */
export function foldText(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'd').toLowerCase();
}

/** Whether an incident announced just now belongs into a list asked for with this filter. */
export function matchesFilter(incident: Incident, filter: IncidentFilter): boolean {
  return (
    (filter.counterId === undefined || incident.counterId === filter.counterId) &&
    (filter.category === undefined || incident.category === filter.category) &&
    (filter.from === undefined || incident.to >= filter.from) &&
    foldText(filter.q ?? '')
      .split(/\s+/)
      .every((part) => foldText(incident.note ?? '').includes(part))
  );
}
