/** Speeds a person can choose, forwards. */
export const speeds = [0.25, 0.5, 1, 1.5, 2, 4, 8, 16] as const;

/** How playback runs: `rate` below 0 is backwards and kept while paused. */
export interface Shuttle {
  readonly playing: boolean;
  readonly rate: number;
}

export const atRest: Shuttle = { playing: false, rate: 1 };

/** Decoders keep up to this rate; above it, and backwards, only keyframes are shown. */
export const fastestFullRate = 4;
export const byKeyframes = (rate: number): boolean => rate < 0 || rate > fastestFullRate;

const fast = [1, 2, 4, 8, 16] as const;

/** L: forwards; each further press the next faster of 1 2 4 8 16. */
export function pressForward(shuttle: Shuttle): Shuttle {
  if (!shuttle.playing || shuttle.rate < 0) return { playing: true, rate: 1 };
  return { playing: true, rate: fast.find((rate) => rate > shuttle.rate) ?? 16 };
}

/** J: backwards; each further press the next faster. */
export function pressBackward(shuttle: Shuttle): Shuttle {
  if (!shuttle.playing || shuttle.rate > 0) return { playing: true, rate: -1 };
  return { playing: true, rate: -(fast.find((rate) => rate > -shuttle.rate) ?? 16) };
}

/** K or Space: stop; from a stop go on forwards at the speed last chosen, never at a rush nor backwards. */
export function pressPause(shuttle: Shuttle): Shuttle {
  if (shuttle.playing) return { playing: false, rate: shuttle.rate };
  return { playing: true, rate: byKeyframes(shuttle.rate) ? 1 : shuttle.rate };
}
