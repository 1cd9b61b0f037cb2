import type { UtcMs } from '@minhbach/shared/units-of-measure';
import { uploadHoursPattern } from '../settings/index.ts';

interface Span {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** When footage may go to the archive, in the hours of one time zone. A span may go past midnight. */
export class UploadHours {
  readonly #spans: readonly Span[];
  readonly #format: Intl.DateTimeFormat;

  /** `hours` as in the settings, `19:00-06:00`; none means always. */
  constructor(hours: readonly string[], timeZone: string) {
    this.#spans = hours.map((text) => {
      const [, h1 = '0', m1 = '0', h2 = '0', m2 = '0'] = uploadHoursPattern.exec(text) ?? [];
      return { fromMinute: Number(h1) * 60 + Number(m1), toMinute: Number(h2) * 60 + Number(m2) };
    });
    this.#format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  }

  isOpen(at: UtcMs): boolean {
    if (this.#spans.length === 0) return true;
    const [hour = '0', minute = '0'] = this.#format.format(at).split(':');
    const now = Number(hour) * 60 + Number(minute);
    return this.#spans.some(({ fromMinute, toMinute }) =>
      fromMinute < toMinute ? now >= fromMinute && now < toMinute : now >= fromMinute || now < toMinute,
    );
  }
}
