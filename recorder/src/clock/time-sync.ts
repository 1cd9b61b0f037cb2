/** How the machine's clock is kept right, as far as the machine tells. */
export type TimeSync =
  | {
      readonly state: 'synchronised';
      readonly by: 'chrony' | 'systemd-timesyncd' | 'kernel';
      /** The clock is no further off than this, by what its keeper states. */
      readonly errorMs: number;
    }
  /** A keeper is there and says that the clock is not right yet. */
  | { readonly state: 'unsynchronised'; readonly why: string }
  /** Nobody on this machine can tell. */
  | { readonly state: 'unknown'; readonly why: string };

/** Linux calls a clock unsynchronised once its error may exceed this (NTP_PHASE_LIMIT, include/linux/timex.h). */
const kernelLimitMs = 16_000;
/** What the oscillator of a PC may be off between two measurements; an assumption, usual for quartz without a heater. */
export const quartzPpm = 100;

/** `chronyc -c tracking`: one line of comma-separated fields, seconds (chronyc(1)). `undefined`: this is no such line. */
export function readChronyTracking(text: string): TimeSync | undefined {
  const fields = text.trim().split(',');
  const leap = fields[13];
  if (fields.length !== 14 || leap === undefined) return undefined;
  const [offsetS, delayS, dispersionS] = [fields[4], fields[10], fields[11]].map(Number);
  if (leap === 'Not synchronised') return { state: 'unsynchronised', why: 'chrony is not synchronised' };
  // RFC 5905 §11.2: root distance is half the way there and back plus the dispersion.
  const errorS = Math.abs(offsetS ?? NaN) + (delayS ?? NaN) / 2 + (dispersionS ?? NaN);
  return Number.isFinite(errorS)
    ? { state: 'synchronised', by: 'chrony', errorMs: Math.ceil(errorS * 1000) }
    : undefined;
}

/** `timedatectl show` and, where systemd-timesyncd runs, `timedatectl show-timesync`: lines of `Name=value`. */
export function readTimedatectl(show: string, showTimesync: string): TimeSync | undefined {
  const synchronised = /^NTPSynchronized=(yes|no)$/m.exec(show)?.[1];
  if (synchronised === undefined) return undefined;
  if (synchronised === 'no')
    return { state: 'unsynchronised', why: 'the kernel calls its clock unsynchronised' };
  const message = /^NTPMessage=\{(.*)\}$/m.exec(showTimesync)?.[1] ?? '';
  const span = (name: string) => milliseconds(new RegExp(`\\b${name}=([^,}]+)`).exec(message)?.[1]);
  const pollMs = milliseconds(/^PollIntervalUSec=(.+)$/m.exec(showTimesync)?.[1]);
  const errorMs =
    span('RootDelay') / 2 + span('RootDispersion') + span('Jitter') + (pollMs * quartzPpm) / 1e6;
  return Number.isFinite(errorMs)
    ? { state: 'synchronised', by: 'systemd-timesyncd', errorMs: Math.ceil(errorMs) }
    : { state: 'synchronised', by: 'kernel', errorMs: kernelLimitMs };
}

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
};

/** A time span as systemd writes it, such as `34min 8s` or `1.327ms` (systemd.time(7)). NaN for anything else. */
function milliseconds(span: string | undefined): number {
  if (span === undefined) return Number.NaN;
  if (span.trim() === '0') return 0;
  return span
    .trim()
    .split(' ')
    .reduce((sum, part) => {
      const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(us|ms|s|min|h)$/.exec(part) ?? [];
      return sum + Number(amount ?? Number.NaN) * (unitMs[unit] ?? Number.NaN);
    }, 0);
}
