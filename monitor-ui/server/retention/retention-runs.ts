import type { Clock } from '@minhbach/shared/clock';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { DaysKeeper } from './days-keeper.ts';
import type { Expiry } from './expiry.ts';
import type { HoldKeeper } from './hold-keeper.ts';
import { holdFaults } from './hold-ledger.ts';
import type { HoldStatement } from './hold-statement.ts';
import type { OldestFootage } from './oldest-footage.ts';
import type { RaiseRetentionFault, RetentionIsWell } from './retention-fault.ts';

export interface RetentionRunsParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly statement: HoldStatement;
  readonly keeper: HoldKeeper;
  readonly days: DaysKeeper;
  readonly expiry: Expiry;
  readonly oldest: OldestFootage;
  readonly raise: RaiseRetentionFault;
  readonly isWell: RetentionIsWell;
  readonly everyMs: number;
  /** Lets releases of holds take effect. */
  readonly settleReleases: () => void;
  /** Recorders are told again how long footage of their counters is kept: it may be others by now. */
  readonly tellDays: () => void;
}

/**
 * The job of retention: holds are extended in the archive, and locks to the days of counters; holds are compared with the
 * ledger, stated outside the database; then, only if they were found whole, footage whose days are over is removed.
 */
export class RetentionRuns {
  readonly #parts: RetentionRunsParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #refusing = false;

  constructor(parts: RetentionRunsParts) {
    this.#parts = parts;
  }

  /** True since the last run found holds that are not as they were placed: nothing is removed meanwhile. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Runs at once and again and again until `close`. */
  start(): void {
    this.#running ??= this.#loop();
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('the monitor is stopping'));
    await this.#running;
  }

  /** One run, whatever it meets: it raises faults and never rejects. */
  async runOnce(): Promise<void> {
    const { signal } = this.#stopping;
    const { keeper, days, expiry, oldest, statement, clock } = this.#parts;
    let failed = false;
    const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      if (signal.aborted) return;
      try {
        await work();
      } catch (error) {
        if (signal.aborted) return;
        failed = true;
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.raise({ kind: 'retention-failed', sentence: `${what}: ${reason}` });
      }
    };
    this.#parts.settleReleases();
    this.#parts.tellDays();
    // What is there is held however little of it may be removed.
    await step('holds could not be extended in the archive', () => keeper.run(signal));
    await step('footage could not be locked for its counter’s days', () => days.run(signal));
    await step('footage could not be removed', async () => {
      if (!(await this.#holdsAreWhole(signal))) return;
      await statement.renew(clock.wallNow(), signal, () => holdFaults(this.#parts.database).length === 0);
      await expiry.run(signal);
    });
    await step('the oldest footage could not be looked at', () => oldest.run(signal));
    if (!failed && !signal.aborted) this.#parts.isWell(['retention-failed']);
  }

  async #holdsAreWhole(signal: AbortSignal): Promise<boolean> {
    const { database, statement, audit, raise } = this.#parts;
    // Until both were asked, an archive that cannot be read must not pass for holds that are whole.
    const faults = [...holdFaults(database), ...(await statement.faults(signal))];
    if (faults.length === 0) {
      this.#refusing = false;
      this.#parts.isWell(['holds-differ']);
      return true;
    }
    // Which holds is for those who may know of holds: the audit names them, a log does not.
    if (!this.#refusing) {
      audit.append({
        kind: 'retention-refused',
        subject: { faults: faults.length },
        shielded: { faults: faults.slice(0, 100).join('; ') },
      });
    }
    this.#refusing = true;
    raise({
      kind: 'holds-differ',
      sentence: `retention removes nothing until holds are restored: ${faults.length} differ, which the audit names (retention-refused)`,
    });
    return false;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.runOnce();
      await this.#parts.clock.sleep(this.#parts.everyMs, signal).catch(() => undefined);
    }
  }
}
