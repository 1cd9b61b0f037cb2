const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** dd/MM/yyyy HH:mm:ss in Vietnam, wherever the reader's device is. */
export function sayTime(utcMs: number): string {
  return parts.format(utcMs).replace(',', '');
}

/** HH:mm:ss of the same. */
export function sayClock(utcMs: number): string {
  return sayTime(utcMs).slice(-8);
}
