import type { AuditLog } from '../audit/index.ts';
import type { PersonId, SourceId } from '@minhbach/shared/units-of-measure';
import { withSpan, type FetchedSpan } from './fetched-spans.ts';
import type { Grant } from './grants.ts';

export interface FetchedFootageParts {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly transaction: <Result>(work: () => Result) => Result;
  readonly everyMs?: number;
}

interface Fetching {
  readonly subject: { readonly grantId: string; readonly sourceId: string; readonly counterId: string };
  readonly personId: PersonId;
  /** Given out since the last entry. */
  untold: readonly FetchedSpan[];
  /** It could not be written down when it was due: nothing more leaves before it is. */
  overdue: boolean;
  readonly timer: NodeJS.Timeout;
}

/**
 * What footage left under each grant, as the server saw it: what a player says it showed (`played`) is its own word, and
 * a script says nothing. The first bytes of a source are written down before they leave; what follows at most once a
 * minute, so that playback waits for the disk once. A process that is killed leaves up to that minute untold, under an
 * entry that names grant and source.
 */
export class FetchedFootage {
  readonly #parts: Required<FetchedFootageParts>;
  readonly #fetching = new Map<string, Fetching>();
  #closed = false;

  constructor(parts: FetchedFootageParts) {
    this.#parts = { everyMs: 60_000, ...parts };
  }

  /** Call it before the bytes go out: the first entry of a grant and source is durable on return. */
  note(grant: Grant, sourceId: SourceId, personId: PersonId, span: FetchedSpan): void {
    const key = `${grant.id} ${sourceId}`;
    const known = this.#fetching.get(key);
    if (known !== undefined) {
      known.untold = withSpan(known.untold, span);
      if (known.overdue) this.#tell(key);
      return;
    }
    const subject = { grantId: grant.id, sourceId, counterId: grant.counterId };
    this.#parts.audit.append({ kind: 'footage-fetched', personId, subject: { ...subject, ...span } });
    // Requests that were under way when the monitor began to stop.
    if (this.#closed) return;
    const timer = setInterval(() => this.#due(key), this.#parts.everyMs).unref();
    this.#fetching.set(key, { subject, personId, untold: [], overdue: false, timer });
  }

  /** Writes down what is left; from then on each note at once. */
  close(): void {
    this.#closed = true;
    for (const key of this.#fetching.keys()) {
      this.#tell(key);
      this.#forget(key);
    }
  }

  #due(key: string): void {
    const fetching = this.#fetching.get(key);
    if (fetching === undefined) return;
    // A minute without any: the next bytes are first ones again.
    if (fetching.untold.length === 0) {
      this.#forget(key);
      return;
    }
    try {
      this.#tell(key);
    } catch {
      fetching.overdue = true;
    }
  }

  #tell(key: string): void {
    const fetching = this.#fetching.get(key);
    if (fetching === undefined) return;
    const { untold, subject, personId } = fetching;
    this.#parts.transaction(() => {
      for (const span of untold) {
        this.#parts.audit.append({ kind: 'footage-fetched', personId, subject: { ...subject, ...span } });
      }
    });
    fetching.untold = [];
    fetching.overdue = false;
  }

  #forget(key: string): void {
    clearInterval(this.#fetching.get(key)?.timer);
    this.#fetching.delete(key);
  }
}
