import type { Clock } from '../clock/index.ts';
import { archiveRefusal } from './archive-refusal.ts';
import type { ObjectStoreSettings } from './object-store-settings.ts';
import { ObjectStoreError, type ObjectStore, type StoreProbe } from './object-store.ts';

/** As pino has it. */
interface WatchLogger {
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
}

const dayMs = 24 * 3_600_000;

/** What is known of the archive by trying it. Footage goes there only while it is `usable`. */
export type ArchiveStanding =
  | { readonly standing: 'unknown'; readonly message: string }
  | { readonly standing: 'usable'; readonly probe: StoreProbe }
  | { readonly standing: 'refused'; readonly probe: StoreProbe; readonly message: string };

export interface ArchiveWatchParts {
  readonly store: Pick<ObjectStore, 'probe'>;
  readonly retention: ObjectStoreSettings['retention'];
  readonly clock: Clock;
  readonly logger: WatchLogger;
  /** After the first probe, and after each that saw something else than the one before. */
  readonly onChanged: (standing: Exclude<ArchiveStanding, { standing: 'unknown' }>) => void;
  /** Until the archive was tried at all. */
  readonly pauses?: { readonly firstMs: number; readonly maxMs: number };
  readonly everyMs?: number;
  /** While it is refused: somebody may be mending it. */
  readonly refusedEveryMs?: number;
}

/** Tries the archive out at start and once a day, for ever. */
export class ArchiveWatch {
  readonly #parts: ArchiveWatchParts;
  #standing: ArchiveStanding = { standing: 'unknown', message: 'the archive has not been tried out yet' };

  constructor(parts: ArchiveWatchParts) {
    this.#parts = parts;
  }

  get standing(): ArchiveStanding {
    return this.#standing;
  }

  /** Resolves when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs = dayMs, refusedEveryMs = 300_000 } = this.#parts;
    const { firstMs, maxMs } = this.#parts.pauses ?? { firstMs: 1_000, maxMs: 30_000 };
    for (let failures = 0; !signal.aborted;) {
      const tried = await this.#try(signal);
      failures = tried ? 0 : failures + 1;
      const untilNextMs = this.#standing.standing === 'refused' ? refusedEveryMs : everyMs;
      const pauseMs = tried ? untilNextMs : Math.min(maxMs, firstMs * 2 ** Math.min(failures, 20));
      await clock.sleep(pauseMs * (0.9 + Math.random() / 10), signal).catch(() => undefined);
    }
  }

  async #try(signal: AbortSignal): Promise<boolean> {
    const { store, retention } = this.#parts;
    let probe: StoreProbe;
    try {
      probe = await store.probe({ signal });
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return false;
    }
    const refusal = archiveRefusal(probe, retention);
    this.#take(
      refusal === undefined
        ? { standing: 'usable', probe }
        : { standing: 'refused', probe, message: refusal.message },
    );
    return true;
  }

  #take(next: Exclude<ArchiveStanding, { standing: 'unknown' }>): void {
    const { logger, onChanged } = this.#parts;
    const before = this.#standing;
    this.#standing = next;
    if (before.standing !== 'unknown' && seen(before.probe) === seen(next.probe)) return;
    const { remarks, ...probe } = next.probe;
    if (next.standing === 'refused') logger.error({ probe, remarks }, next.message);
    else logger.info({ probe, remarks }, 'the archive was tried out');
    onChanged(next);
  }

  /** An archive that worked yesterday and cannot be tried today is the uploads' concern: they notice by themselves. */
  #failed(error: unknown): void {
    const ours = error instanceof ObjectStoreError ? error : undefined;
    const sentence = error instanceof Error ? error.message : String(error);
    const message = ours?.hint === undefined ? sentence : `${sentence}: ${ours.hint}`;
    if (this.#standing.standing !== 'unknown' || this.#standing.message !== message) {
      this.#parts.logger.warn({ code: ours?.code }, `the archive cannot be tried out: ${message}`);
    }
    if (this.#standing.standing === 'unknown') this.#standing = { standing: 'unknown', message };
  }
}

/** What makes two probes differ; clocks and remarks do not. */
function seen({ lock, lockFault, createOnly, versioning, multipart, mayRemove }: StoreProbe): string {
  return JSON.stringify({ lock, lockFault, createOnly, versioning, multipart, mayRemove });
}
