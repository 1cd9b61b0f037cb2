const timeZone = 'Asia/Ho_Chi_Minh';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function partsOf(utcMs: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(utcMs).map(({ type, value }) => [type, value]));
}

/** `22/11/2026`, local to the offices whatever the machine's zone. */
export function formatDate(utcMs: number): string {
  const at = partsOf(utcMs);
  return `${at['day']}/${at['month']}/${at['year']}`;
}

/** `10:06:03`. */
export function formatTime(utcMs: number): string {
  const at = partsOf(utcMs);
  return `${at['hour']}:${at['minute']}:${at['second']}`;
}

/** `22/11/2026 10:06:03`. */
export function formatDateTime(utcMs: number): string {
  return `${formatDate(utcMs)} ${formatTime(utcMs)}`;
}

/** `00:01:12`; hours run on past a day. */
export function formatDuration(durationMs: number): string {
  const totalS = Math.max(0, Math.floor(durationMs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(totalS / 3600))}:${two(Math.floor(totalS / 60) % 60)}:${two(totalS % 60)}`;
}

/** Seconds to the tenth with the language's decimal mark: `0,3` in Vietnamese. */
export function formatTenths(durationMs: number, language: string): string {
  const text = (Math.max(0, durationMs) / 1000).toFixed(1);
  return language === 'vi' ? text.replace('.', ',') : text;
}
