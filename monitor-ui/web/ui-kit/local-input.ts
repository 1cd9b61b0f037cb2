const offsetMs = 7 * 3_600_000;

/** The value of an `<input type="datetime-local">` for a moment: local to the offices (UTC+7), whatever the machine's zone. */
export function toLocalInput(utcMs: number): string {
  return new Date(utcMs + offsetMs).toISOString().slice(0, 16);
}

/** The moment such a field names; undefined while it is empty or half filled in. */
export function fromLocalInput(value: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(value)) return undefined;
  const at = Date.parse(`${value}${value.length === 16 ? ':00' : ''}+07:00`);
  return Number.isNaN(at) ? undefined : at;
}
