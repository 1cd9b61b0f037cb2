/** Asia/Ho_Chi_Minh: UTC+7 without summer time. */
export const localOffsetMs = 7 * 3_600_000;
export const dayMs = 86_400_000;
export const minuteMs = 60_000;

/** Start of the day that holds a moment, on a wall `offsetMs` ahead of UTC. */
export function startOfDay(atMs: number, offsetMs = localOffsetMs): number {
  return Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs;
}
