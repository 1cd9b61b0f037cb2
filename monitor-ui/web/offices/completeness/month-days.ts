const dayMs = 86_400_000;
/** Asia/Ho_Chi_Minh has kept UTC+7 without summer time since 1975. */
const offsetMs = 7 * 3_600_000;

/** `yyyy-mm` at the offices. */
export function monthOf(utcMs: number): string {
  return new Date(utcMs + offsetMs).toISOString().slice(0, 7);
}

export function dayOf(utcMs: number): string {
  return new Date(utcMs + offsetMs).toISOString().slice(0, 10);
}

/** `by` months later, or earlier. */
export function otherMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Every day of the month, `yyyy-mm-dd`. */
export function daysOf(month: string): string[] {
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const end = Date.parse(`${otherMonth(month, 1)}-01T00:00:00Z`);
  const count = Math.round((end - first) / dayMs);
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * dayMs).toISOString().slice(0, 10),
  );
}

/** 1 (Monday) to 7. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** `11/2026`. */
export function shownMonth(month: string): string {
  return month.split('-').reverse().join('/');
}
