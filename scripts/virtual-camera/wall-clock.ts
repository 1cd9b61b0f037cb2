const LARGEST_DISAGREEMENT_MS = 5;

let offsetMs = performance.timeOrigin;

/**
 * UTC milliseconds with fractions, moving evenly: reports made from `Date.now()` alone would jitter by its rounding,
 * and receivers place media by them. Follows the machine's clock when that is set or drifts away.
 */
export function wallClockMs(): number {
  const monotonicMs = performance.now();
  const now = Date.now();
  if (Math.abs(offsetMs + monotonicMs - now) > LARGEST_DISAGREEMENT_MS) offsetMs = now - monotonicMs;
  return offsetMs + monotonicMs;
}
