export interface FittedSlope {
  readonly perHour: number;
  /** Standard error of the slope: a slope within two of these cannot be told from none. */
  readonly errorPerHour: number;
  readonly first: number;
  readonly last: number;
}

/** Least squares through samples of one quantity. Needs three samples; `atMs` in any one clock. */
export function fittedSlope(
  samples: readonly { readonly atMs: number; readonly value: number }[],
): FittedSlope {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 3)
    throw new RangeError('a slope needs three samples');
  const hours = samples.map(({ atMs }) => (atMs - first.atMs) / 3_600_000);
  const meanHours = mean(hours);
  const meanValue = mean(samples.map(({ value }) => value));
  const spread = sum(hours.map((hour) => (hour - meanHours) ** 2));
  const perHour =
    sum(samples.map(({ value }, index) => ((hours[index] ?? 0) - meanHours) * (value - meanValue))) / spread;
  const residual = sum(
    samples.map(({ value }, index) => (value - meanValue - perHour * ((hours[index] ?? 0) - meanHours)) ** 2),
  );
  const errorPerHour = Math.sqrt(residual / (samples.length - 2) / spread);
  return { perHour, errorPerHour, first: first.value, last: last.value };
}

/** True when something grew: by more than chance, and over the time measured by more than `share` of what it was. */
export function hasGrown(
  { perHour, errorPerHour, first }: FittedSlope,
  hours: number,
  share: number,
): boolean {
  return perHour > 2 * errorPerHour && perHour * hours > Math.max(1, first) * share;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
