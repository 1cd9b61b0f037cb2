const dayMs = 86_400_000;
/** Asia/Ho_Chi_Minh has kept UTC+7 without summer time since 1975. */
const offsetMs = 7 * 3_600_000;

/** `yyyy-mm-dd` of the day after this moment, at the offices. */
export function dayAfter(utcMs: number): string {
  return new Date(utcMs + offsetMs + dayMs).toISOString().slice(0, 10);
}

/** `2026-11-23` as `23/11/2026`. */
export function shownDay(day: string): string {
  return day.split('-').reverse().join('/');
}

/** `23/11/2026` or `23-11-2026` as `2026-11-23`; `undefined` when there is no such day. */
export function typedDay(typed: string): string | undefined {
  const match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed.trim());
  if (match === null) return undefined;
  const day = `${match[3]}-${(match[2] ?? '').padStart(2, '0')}-${(match[1] ?? '').padStart(2, '0')}`;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined;
}
