import { systemClock, type Clock } from '@minhbach/shared/clock';

/** The machine's clock, counting how often somebody lay down to wait: each has looked at what there is to do before. */
export function countedSleeps(): { readonly clock: Clock; readonly sleeps: () => number } {
  let sleeps = 0;
  const clock: Clock = {
    ...systemClock,
    sleep: async (...given) => {
      sleeps += 1;
      return systemClock.sleep(...given);
    },
  };
  return { clock, sleeps: () => sleeps };
}
