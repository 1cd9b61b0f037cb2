import type { Alarm } from '@minhbach/shared/protocol';
import { actOf } from './alarm-words.ts';

/** The latest raised first; a change (higher `seq`) replaces what was known of the alarm. */
export function mergeAlarms(known: readonly Alarm[], news: readonly Alarm[]): readonly Alarm[] {
  const byId = new Map(known.map((alarm) => [alarm.id, alarm]));
  let changed = false;
  for (const alarm of news) {
    if (alarm.seq <= (byId.get(alarm.id)?.seq ?? -1)) continue;
    byId.set(alarm.id, alarm);
    changed = true;
  }
  return changed ? [...byId.values()].sort((a, b) => b.raisedAt - a.raisedAt || b.seq - a.seq) : known;
}

export interface AlarmFilter {
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly siteId?: string | undefined;
  readonly owner?: string | undefined;
}

/** Whether an alarm announced just now belongs into a list asked for with this filter. */
export function matchesFilter(alarm: Alarm, filter: AlarmFilter, personId: string): boolean {
  const owner = actOf(alarm, 'owner')?.id;
  return (
    (filter.state === undefined ||
      (filter.state === 'open' ? alarm.state !== 'closed' : alarm.state === filter.state)) &&
    (filter.kind === undefined || alarm.kind === filter.kind) &&
    (filter.siteId === undefined || alarm.siteId === filter.siteId) &&
    (filter.owner === undefined || owner === { me: personId, none: undefined }[filter.owner])
  );
}
