import { useCounters, useSites } from '../app/index.ts';
import { useEvidenceText } from './i18n/index.ts';

/** A counter's name with its site's. */
export function useCounterName(): (counterId: string) => string {
  const text = useEvidenceText();
  const counters = useCounters().data;
  const sites = useSites().data;
  return (counterId) => {
    const counter = counters?.find(({ id }) => id === counterId);
    if (counter === undefined) return text('counter.unknown');
    const site = sites?.find(({ id }) => id === counter.siteId);
    return site === undefined ? counter.name : `${site.name} › ${counter.name}`;
  };
}
