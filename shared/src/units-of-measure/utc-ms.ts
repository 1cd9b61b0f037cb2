import { z } from 'zod';

/** A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds, always a whole number. */
export const utcMsSchema = z.int().min(0).max(8_640_000_000_000_000).brand<'UtcMs'>();
export type UtcMs = z.infer<typeof utcMsSchema>;

/** Rounds to the nearest millisecond. Throws RangeError for anything that is not a point in time. */
export function utcMs(value: number): UtcMs {
  const rounded = Math.round(value);
  if (!Number.isFinite(rounded) || rounded < 0 || rounded > 8_640_000_000_000_000) {
    throw new RangeError(`not a time in UTC milliseconds: ${value}`);
  }
  return rounded as UtcMs;
}

/** Accepts UTC milliseconds (number or digits) or RFC 3339 with an offset; answers UTC milliseconds. */
export const timeInputSchema = z.union([z.int(), z.string().max(40)]).transform((value, context): UtcMs => {
  const parsed =
    typeof value === 'number' || /^\d{1,16}$/.test(value)
      ? Number(value)
      : rfc3339.test(value)
        ? Date.parse(value)
        : Number.NaN;
  if (!Number.isFinite(parsed) || parsed < 0 || parsed > 8_640_000_000_000_000) {
    context.addIssue({ code: 'custom', message: 'a time is RFC 3339 with an offset, or UTC milliseconds' });
    return z.NEVER;
  }
  return utcMs(parsed);
});

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;
