import type { ContentFault } from './content-fault.ts';

/** What is to be heard in a stretch of sound. */
export interface SoundFacts {
  /** Without the mean, against a full-scale square wave; `-Infinity` for none. */
  readonly levelDb: number;
  /** Of all samples those at more than 0.9 of full scale, 0 to 1. A coder on the way rounds what was cut off flat. */
  readonly limitShare: number;
  /** What is left when all that repeats with the mains is taken away, in the same dB. */
  readonly besideMainsDb: number;
}

const fullScale = 32_768;
const limitLevel = 0.9 * fullScale;
const mainsHz = 50;
/** Mains and clock of a device are this far off at most. */
const mainsTolerance = 0.006;

/** Quieter than any microphone in any room; louder than any speech; what hum leaves is no louder than a room, and 17 dB below it. */
const limits = {
  silentDb: -80,
  clippedShare: 0.05,
  clippedDb: -9,
  humDb: -60,
  besideHumDb: -60,
  belowHumDb: 17,
};

/** `samples` of one channel, at least 0.1 s of them. */
export function soundFacts(samples: Int16Array, rateHz: number): SoundFacts {
  let sum = 0;
  for (const sample of samples) sum += sample;
  const mean = sum / samples.length;
  let power = 0;
  let atLimit = 0;
  for (const sample of samples) {
    power += (sample - mean) ** 2;
    if (Math.abs(sample) > limitLevel) atLimit += 1;
  }
  return {
    levelDb: decibels(power / samples.length),
    limitShare: atLimit / samples.length,
    besideMainsDb: decibels(besideMains(samples, rateHz)),
  };
}

/** What is wrong with such sound. */
export function soundFault(facts: SoundFacts): ContentFault | undefined {
  const { levelDb, limitShare, besideMainsDb } = facts;
  if (levelDb < limits.silentDb) {
    const level = Number.isFinite(levelDb) ? `${levelDb.toFixed(0)} dBFS` : 'no signal at all';
    return { kind: 'sound-silent', evidence: `not even the noise of a quiet room: ${level}` };
  }
  if (limitShare > limits.clippedShare || levelDb > limits.clippedDb) {
    const [share, level] = [(limitShare * 100).toFixed(0), levelDb.toFixed(0)];
    return {
      kind: 'sound-clipped',
      evidence: `${share} % of the sound is at its limit, all of it at ${level} dBFS`,
    };
  }
  if (
    levelDb > limits.humDb &&
    besideMainsDb < limits.besideHumDb &&
    besideMainsDb < levelDb - limits.belowHumDb
  ) {
    const [hum, rest] = [levelDb.toFixed(0), besideMainsDb.toFixed(0)];
    return { kind: 'sound-hum', evidence: `hum of the mains at ${hum} dBFS, all else at ${rest} dBFS` };
  }
  return undefined;
}

function decibels(power: number): number {
  return 10 * Math.log10(power / fullScale ** 2);
}

/** Power of what does not repeat with the mains: sound less itself one period before, at the period that leaves least. */
function besideMains(samples: Int16Array, rateHz: number): number {
  const period = rateHz / mainsHz;
  const spread = Math.ceil(period * mainsTolerance);
  let least = Infinity;
  for (let lag = Math.round(period) - spread; lag <= Math.round(period) + spread; lag += 1) {
    let power = 0;
    for (let at = lag; at < samples.length; at += 1)
      power += ((samples[at] ?? 0) - (samples[at - lag] ?? 0)) ** 2;
    // Two equal and independent parts: each is half of the difference.
    least = Math.min(least, power / 2 / (samples.length - lag));
  }
  return least;
}
