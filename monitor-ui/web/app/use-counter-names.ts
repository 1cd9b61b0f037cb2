import { useCounters, useSites } from './fleet-queries.ts';

/** Name of a counter with its site; undefined when it is not within the person's sight. */
export function useCounterNames(): {
  readonly nameOf: (counterId: string) => string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
} {
  const counters = useCounters().data ?? [];
  const sites = useSites().data ?? [];
  const siteNames = new Map<string, string>(sites.map(({ id, name }) => [id, name]));
  const options = counters.map(({ id, name, siteId }) => ({
    value: id,
    label: `${siteNames.get(siteId) ?? ''} › ${name}`.replace(/^ › /, ''),
  }));
  const names = new Map<string, string>(options.map(({ value, label }) => [value, label]));
  return { nameOf: (counterId) => names.get(counterId), options };
}
