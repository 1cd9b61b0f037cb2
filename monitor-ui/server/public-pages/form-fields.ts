import { publicComplaintInputSchema } from '@minhbach/shared/protocol';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import type { PublicTextKey } from './i18n/index.ts';

export type FormFields = Readonly<Record<string, string>>;

type Told = z.output<typeof publicComplaintInputSchema>;
export type ReadForm = { readonly told: Told } | { readonly fault: PublicTextKey };

const offset = '+07:00';

/** What a person typed, as a complaint; or what is not right in it. Local time; a day alone means all of it. */
export function readForm(fields: FormFields, counterId: string | undefined, now: UtcMs): ReadForm {
  const field = (name: string): string | undefined => {
    const value = (fields[name] ?? '').trim();
    return value === '' ? undefined : value;
  };
  const date = field('date');
  const time = field('time');
  const day = date === undefined ? undefined : dayOf(date);
  if (date !== undefined && day === undefined) return { fault: 'fault.date' };
  const clock = time === undefined ? undefined : clockOf(time);
  if (time !== undefined && clock === undefined) return { fault: 'fault.time' };
  const on = day ?? (clock === undefined ? undefined : localDay(now));
  const from = on === undefined ? undefined : Date.parse(`${on}T${clock ?? '00:00'}:00${offset}`);
  if (from !== undefined && from > now) return { fault: 'fault.date' };
  const to = from === undefined || clock !== undefined ? undefined : Math.min(from + 86_400_000, now);
  const [name, phone] = [field('name'), field('phone')];
  const parsed = publicComplaintInputSchema.safeParse({
    kind: fields['kind'] === 'denunciation' ? 'denunciation' : 'complaint',
    text: (fields['text'] ?? '').replaceAll('\r\n', '\n'),
    ...(counterId === undefined ? {} : { counterId }),
    ...(from === undefined ? {} : { happenedFrom: utcMs(from) }),
    ...(to === undefined ? {} : { happenedTo: utcMs(to) }),
    ...(field('ticket') === undefined ? {} : { ticket: field('ticket') }),
    ...(field('dossier') === undefined ? {} : { dossierCode: field('dossier') }),
    ...(name === undefined && phone === undefined ? {} : { reporter: { name, phone } }),
    ...(field('website') === undefined ? {} : { website: field('website') }),
  });
  if (parsed.success) return { told: parsed.data };
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  if (at === 'text') return { fault: issue?.code === 'too_big' ? 'fault.too-long' : 'fault.text' };
  return { fault: at === 'reporter.phone' ? 'fault.phone' : 'fault.field' };
}

/** As a browser's own field sends it, or as people write it where there is none. */
function dayOf(typed: string): string | undefined {
  const written = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed);
  const [year, month, day] =
    written === null
      ? (/^(\d{4})-(\d{2})-(\d{2})$/.exec(typed)?.slice(1) ?? [])
      : [written[3], written[2], written[1]];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== iso ? undefined : iso;
}

function clockOf(typed: string): string | undefined {
  const [, hours = '', minutes = '0'] = /^(\d{1,2})(?:[:hg.](\d{1,2}))?h?$/i.exec(typed) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}

export function localDay(at: number): string {
  return new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);
}
