import { useCounters, useSites } from './fleet-queries.ts';

export interface CounterPlace {
  readonly counter: string;
  readonly site: string | undefined;
}

/** Name of a counter with its site; undefined when it is not within the person's sight. */
export function useCounterNames(): {
  readonly nameOf: (counterId: string) => string | undefined;
  /** The same apart, where a column is too narrow for both in one line. */
  readonly placeOf: (counterId: string) => CounterPlace | undefined;
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
  const places = new Map<string, CounterPlace>(
    counters.map(({ id, name, siteId }) => [id, { counter: name, site: siteNames.get(siteId) }]),
  );
  return {
    nameOf: (counterId) => names.get(counterId),
    placeOf: (counterId) => places.get(counterId),
    options,
  };
}
