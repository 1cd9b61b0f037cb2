/** Beyond this an element is moved by a seek; within, by playing a little faster or slower. */
export const seekBeyondMs = 300;
const closeEnoughMs = 12;
const mostCorrection = 0.08;

export type Steering = { readonly kind: 'seek' } | { readonly kind: 'rate'; readonly rate: number };

/** What brings an element that is `aheadMs` of the clock back to it. 100 ms are made up in about 1.5 s. */
export function steer(aheadMs: number, rate: number): Steering {
  if (Math.abs(aheadMs) > seekBeyondMs * Math.max(1, rate)) return { kind: 'seek' };
  if (Math.abs(aheadMs) <= closeEnoughMs) return { kind: 'rate', rate };
  const correction = Math.max(-mostCorrection, Math.min(mostCorrection, -aheadMs / 1200));
  // Rounded, so that the element's rate is not set anew on every screen frame.
  return { kind: 'rate', rate: rate * (1 + Math.round(correction * 200) / 200) };
}
