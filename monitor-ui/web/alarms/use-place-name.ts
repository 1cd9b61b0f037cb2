import type { Alarm } from '@minhbach/shared/protocol';
import { useCounters, useSites } from '../app/index.ts';
import { useAlarmText } from './i18n/index.ts';

/** `Site › counter › picture or sound` of an alarm, as far as the person knows them. */
export function usePlaceName(): (alarm: Alarm) => string {
  const text = useAlarmText();
  const counters = useCounters().data ?? [];
  const sites = useSites().data ?? [];
  return ({ siteId, counterId, sourceId }) => {
    const counter = counters.find(({ id }) => id === counterId);
    const source = counter?.sources.find(({ id }) => id === sourceId);
    return [
      sites.find(({ id }) => id === siteId)?.name,
      counter?.name,
      source && text(`source.${source.kind}`),
    ]
      .filter((name) => name !== undefined)
      .join(' › ');
  };
}
