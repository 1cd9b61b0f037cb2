import type { Alarm } from '@minhbach/shared/protocol';
import { useCounters, useSites } from '../app/index.ts';

/** `Site › counter` of an alarm, as far as the person knows them. */
export function usePlaceName(): (alarm: Alarm) => string {
  const counters = useCounters().data ?? [];
  const sites = useSites().data ?? [];
  const siteNames = new Map<string, string>(sites.map(({ id, name }) => [id, name]));
  const counterNames = new Map<string, string>(counters.map(({ id, name }) => [id, name]));
  return ({ siteId, counterId }) =>
    [siteNames.get(siteId ?? ''), counterNames.get(counterId ?? '')]
      .filter((name) => name !== undefined)
      .join(' › ');
}
