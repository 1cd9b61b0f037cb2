import type { ReconciliationState, SourceKind, TimelineSpan } from '@minhbach/shared/protocol';
import { utcMs, type UtcMs } from '@minhbach/shared/units-of-measure';
import { joined, type Span } from '../duty/index.ts';

export interface SourceSpans {
  readonly kind: SourceKind;
  readonly spans: readonly TimelineSpan[];
}

export interface ServedSpan {
  readonly startedAt: UtcMs;
  /** Absent while it runs. */
  readonly endedAt?: UtcMs | undefined;
}

export interface Judged {
  readonly state: ReconciliationState;
  readonly wholeMs: number;
  readonly pictureMs: number;
  readonly soundMs: number;
}

/**
 * Judges services by what is sealed of the counter: whole when every moment has the picture of a camera and the sound of
 * a microphone, whichever. What retention removed after its days were over was sealed, and stays so.
 */
export class Reconciler {
  readonly #picture: Coverage;
  readonly #sound: Coverage;
  readonly #whole: Coverage;
  readonly #coming: { readonly picture: Coverage; readonly sound: Coverage };

  constructor(sources: readonly SourceSpans[]) {
    const picture = spansOf(sources, 'camera', isSealed);
    const sound = spansOf(sources, 'microphone', isSealed);
    this.#picture = new Coverage(picture);
    this.#sound = new Coverage(sound);
    this.#whole = new Coverage(common(picture, sound));
    this.#coming = {
      picture: new Coverage(spansOf(sources, 'camera', mayStillCome)),
      sound: new Coverage(spansOf(sources, 'microphone', mayStillCome)),
    };
  }

  judge({ startedAt: from, endedAt: to }: ServedSpan, now: UtcMs): Judged {
    const until = to ?? now;
    const wholeMs = this.#whole.ms(from, until);
    const pictureMs = this.#picture.ms(from, until);
    const soundMs = this.#sound.ms(from, until);
    const state = to === undefined ? 'running' : this.#stateOf(from, to, now, pictureMs, soundMs);
    return { state, wholeMs, pictureMs, soundMs };
  }

  #stateOf(from: UtcMs, to: UtcMs, now: UtcMs, pictureMs: number, soundMs: number): ReconciliationState {
    const noPicture = pictureMs < to - from;
    const noSound = soundMs < to - from;
    if (!noPicture && !noSound) return 'whole';
    const { picture, sound } = this.#coming;
    const undecided =
      to > now || (noPicture && picture.ms(from, to) > 0) || (noSound && sound.ms(from, to) > 0);
    if (undecided) return 'running';
    if (noPicture && noSound) return 'missing';
    return noSound ? 'no-sound' : 'no-picture';
  }
}

function isSealed(span: TimelineSpan): boolean {
  return (span.kind === 'footage' && span.sealed === true) || span.cause === 'expired';
}

function mayStillCome(span: TimelineSpan): boolean {
  return span.kind === 'pending' || (span.kind === 'footage' && span.sealed !== true);
}

function spansOf(
  sources: readonly SourceSpans[],
  kind: SourceKind,
  wanted: (span: TimelineSpan) => boolean,
): Span[] {
  return joined(
    sources.filter((source) => source.kind === kind).flatMap(({ spans }) => spans.filter(wanted)),
  );
}

/** What both cover; each in order, not touching. */
function common(some: readonly Span[], others: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let index = 0;
  for (const { from, to } of some) {
    while ((others[index]?.to ?? Infinity) <= from) index += 1;
    for (let next = index; (others[next]?.from ?? Infinity) < to; next += 1) {
      const other = others[next];
      if (other !== undefined)
        spans.push({ from: utcMs(Math.max(from, other.from)), to: utcMs(Math.min(to, other.to)) });
    }
  }
  return spans;
}

/** How much of a span is covered, found without walking what lies before it. */
class Coverage {
  readonly #spans: readonly Span[];

  /** In order, not overlapping. */
  constructor(spans: readonly Span[]) {
    this.#spans = spans;
  }

  ms(from: UtcMs, to: UtcMs): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.to ?? Infinity) <= from) low = middle + 1;
      else high = middle;
    }
    let sum = 0;
    for (let span = this.#spans[low]; span !== undefined && span.from < to; span = this.#spans[(low += 1)]) {
      sum += Math.min(span.to, to) - Math.max(span.from, from);
    }
    return sum;
  }
}
