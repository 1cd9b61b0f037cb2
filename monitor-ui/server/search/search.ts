import type { Clock } from '@minhbach/shared/clock';
import type { Case, Complaint, Incident, SearchClip, SearchItem } from '@minhbach/shared/protocol';
import { utcMs, type CounterId, type UtcMs } from '@minhbach/shared/units-of-measure';
import { requireMay, unitSight, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Complaints } from '../complaints/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { foldedText } from '../incidents/index.ts';
import { spokenTime } from './spoken-time.ts';

const ofEachKind = 20;
const pictureShares = [0.1, 0.3, 0.5, 0.7, 0.9];
/** Around a service at a counter. */
const marginMs = 5 * 60_000;

/** One service at a counter, found by ticket or dossier code. */
export interface FoundTransaction {
  readonly id: string;
  readonly by: 'ticket' | 'dossier-code';
  readonly title: string;
  readonly counterId: CounterId;
  readonly from: UtcMs;
  readonly to: UtcMs;
}

export interface FoundFootage {
  readonly kind: 'camera' | 'microphone';
  readonly from: number;
  readonly to: number;
}

export interface SearchParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly complaints: Complaints;
  readonly caseOfNumber: (actor: Actor, number: string) => Case | undefined;
  /** Whether the person works on this case. */
  readonly worksOn: (actor: Actor, caseId: string) => boolean;
  readonly incidents: (actor: Actor, text: string, limit: number) => Incident[];
  readonly transactions: (actor: Actor, text: string, limit: number) => FoundTransaction[];
  /** Footage of the counter's sources there, in any order. */
  readonly footage: (counterId: CounterId, from: UtcMs, to: UtcMs) => readonly FoundFootage[];
}

interface CounterRow {
  readonly id: CounterId;
  readonly name: string;
  readonly site: string;
}

/** One box for what people remember: a code, a number, a counter and about when, or words. */
export class Search {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  /** The surest first. That it was searched, and for what, is in the audit on return. */
  find(actor: Actor, text: string): SearchItem[] {
    requireMay(actor, 'search.all');
    this.#parts.audit.append({
      kind: 'searched',
      personId: actor.person.id,
      subject: { in: 'everything' },
      shielded: { text },
    });
    const counters = this.#counters(actor);
    return [
      ...this.#complaints(actor, text, counters),
      ...this.#cases(actor, text),
      ...this.#transactions(actor, text, counters),
      ...this.#counterDays(text, counters),
      ...this.#incidents(actor, text, counters),
    ];
  }

  #complaints(actor: Actor, text: string, counters: ReadonlyMap<string, CounterRow>): SearchItem[] {
    return this.#parts.complaints.found(actor, text, ofEachKind).map(({ row, by }) => {
      const shown = this.#parts.complaints.shown(actor, row);
      const { caseId } = shown;
      const ofCase = caseId !== undefined && this.#parts.worksOn(actor, caseId) ? { caseId } : {};
      return {
        ...{ kind: 'complaint' as const, id: shown.id, foundBy: foundByOf(by), title: titleOf(shown) },
        at: shown.receivedAt,
        clips: shown.clips.flatMap((clip) =>
          this.#clip(counters, clip.counterId, clip.from, clip.to).map((found) => ({ ...found, ...ofCase })),
        ),
      };
    });
  }

  #cases(actor: Actor, text: string): SearchItem[] {
    const number = /^\d{4}-\d{4,}$/.exec(text.trim())?.[0];
    const found = number === undefined ? undefined : this.#parts.caseOfNumber(actor, number);
    if (found === undefined) return [];
    const { id, title, openedAt: at } = found;
    return [{ kind: 'case', id, foundBy: 'number', title: `${found.number} · ${title}`, at, clips: [] }];
  }

  #transactions(actor: Actor, text: string, counters: ReadonlyMap<string, CounterRow>): SearchItem[] {
    return this.#parts.transactions(actor, text, ofEachKind).map((one) => ({
      ...{ kind: 'transaction' as const, id: one.id, foundBy: one.by, title: one.title, at: one.from },
      clips: this.#clip(counters, one.counterId, utcMs(one.from - marginMs), utcMs(one.to + marginMs)),
    }));
  }

  #counterDays(text: string, counters: ReadonlyMap<string, CounterRow>): SearchItem[] {
    const time = spokenTime(foldedText(text), this.#parts.clock.wallNow());
    if (time === undefined) return [];
    const words = time.rest.split(' ').filter((word) => word !== '');
    if (words.length === 0) return [];
    return [...counters.values()]
      .filter((counter) => {
        const known = wordsOf(`${counter.site} ${counter.name}`);
        return words.every((word) => known.includes(word));
      })
      .slice(0, ofEachKind)
      .map((counter) => ({
        ...{ kind: 'counter-day' as const, id: counter.id, foundBy: 'counter' as const },
        ...{ title: `${counter.site} › ${counter.name}`, at: time.from },
        clips: this.#clip(counters, counter.id, time.from, time.to),
      }));
  }

  #incidents(actor: Actor, text: string, counters: ReadonlyMap<string, CounterRow>): SearchItem[] {
    return this.#parts.incidents(actor, text, ofEachKind).map((incident) => ({
      ...{ kind: 'incident' as const, id: incident.id, foundBy: 'words' as const },
      ...{ title: incident.note ?? '', at: incident.from },
      clips: this.#clip(counters, incident.counterId, incident.from, incident.to),
    }));
  }

  /** None for a counter out of sight. */
  #clip(
    counters: ReadonlyMap<string, CounterRow>,
    counterId: CounterId,
    from: UtcMs,
    to: UtcMs,
  ): SearchClip[] {
    const counter = counters.get(counterId);
    if (counter === undefined) return [];
    const end = utcMs(Math.max(from + 1, Math.min(to, this.#parts.clock.wallNow())));
    const footage = this.#parts.footage(counterId, from, end);
    return [
      {
        ...{ counterId, counterName: counter.name, siteName: counter.site, from, to: end },
        hasFootage: footage.length > 0,
        pictureAt: pictureTimes(footage, from, end),
        held: this.#isHeld(counterId, from, end),
      },
    ];
  }

  #isHeld(counterId: CounterId, from: UtcMs, to: UtcMs): boolean {
    return (
      this.#parts.database.sqlite
        .prepare(
          `SELECT 1 FROM hold h LEFT JOIN hold_release r ON r.hold_id = h.id
           WHERE h.counter_id = ? AND h.from_ms < ? AND h.to_ms > ? AND coalesce(r.in_effect, 0) = 0 LIMIT 1`,
        )
        .get(counterId, to, from) !== undefined
    );
  }

  /** In sight. */
  #counters(actor: Actor): Map<string, CounterRow> {
    if (unitSight(actor) === 'nothing') return new Map();
    const rows = this.#parts.database.sqlite
      .prepare<[], CounterRow>(
        'SELECT c.id, c.name, s.name AS site FROM counter c JOIN site s ON s.id = c.site_id ORDER BY c.id',
      )
      .all();
    return new Map(
      rows.filter(({ id }) => this.#parts.sight.seesCounter(actor, id)).map((row) => [row.id, row]),
    );
  }
}

function foundByOf(by: 'receipt' | 'ticket' | 'dossier' | 'phone' | 'words'): SearchItem['foundBy'] {
  switch (by) {
    case 'receipt':
      return 'receipt-code';
    case 'dossier':
      return 'dossier-code';
    case 'ticket':
    case 'phone':
    case 'words':
      return by;
    default:
      return by satisfies never;
  }
}

/** Of the cameras' footage laid end to end, five moments as far apart as can be. */
function pictureTimes(footage: readonly FoundFootage[], from: number, to: number): UtcMs[] {
  const spans = footage
    .filter(({ kind }) => kind === 'camera')
    .map((piece) => ({ from: Math.max(from, piece.from), to: Math.min(to, piece.to) }))
    .filter((span) => span.to > span.from)
    .sort((a, b) => a.from - b.from);
  const totalMs = spans.reduce((sum, span) => sum + span.to - span.from, 0);
  return totalMs === 0 ? [] : pictureShares.map((share) => momentAt(spans, share * totalMs));
}

function momentAt(spans: readonly { readonly from: number; readonly to: number }[], afterMs: number): UtcMs {
  let left = afterMs;
  for (const span of spans) {
    if (left < span.to - span.from) return utcMs(Math.round(span.from + left));
    left -= span.to - span.from;
  }
  return utcMs(Math.round(spans.at(-1)?.to ?? 0));
}

function wordsOf(text: string): readonly string[] {
  return foldedText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The beginning of what was said. */
function titleOf({ content }: Complaint): string {
  const text = (content?.text ?? '').replaceAll(/\s+/g, ' ');
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}
