import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import type { ExportId } from '@minhbach/shared/units-of-measure';
import { ExportFailedError, ExportWaitsError } from './export-error.ts';
import { planExport, type PlanParts } from './export-plan.ts';
import type { AgreedExport, Exports } from './exports.ts';
import { readFrozenPlan, writeFrozenPlan } from './frozen-plan.ts';
import { packExport, type PackParts } from './pack-export.ts';

export interface ExportRunsParts {
  readonly plan: PlanParts;
  readonly pack: PackParts;
  readonly clock: Clock;
  /** Made when missing. Packages and what they are made from lie here. */
  readonly directory: string;
  /** Between two looks at what waits. */
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Makes packages one after the other, and goes on after a restart: what was half written is written anew. */
export class ExportRuns {
  readonly #parts: ExportRunsParts;
  readonly #stopping = new AbortController();
  readonly #progress = new Map<ExportId, number>();
  #current: { readonly id: ExportId; readonly cancel: AbortController } | undefined;
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  #exports: Exports | undefined;

  constructor(parts: ExportRunsParts) {
    this.#parts = parts;
  }

  start(exports: Exports): void {
    this.#exports = exports;
    this.#running ??= this.#loop(exports);
  }

  progressOf(id: ExportId): number {
    return this.#progress.get(id) ?? 0;
  }

  packageFile(id: ExportId): string {
    return join(this.#parts.directory, `${id}.zip`);
  }

  /** Something was agreed to or cancelled. */
  changed(): void {
    const current = this.#current;
    if (current !== undefined && this.#exports?.isRunning(current.id) === false) current.cancel.abort();
    this.#wake.abort();
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('the monitor is stopping'));
    await this.#running;
  }

  async #loop(exports: Exports): Promise<void> {
    const { signal } = this.#stopping;
    await mkdir(this.#parts.directory, { recursive: true, mode: 0o700 });
    while (!signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#removeWhatIsOver(exports);
        for (const wanted of exports.running()) {
          if (signal.aborted) return;
          await this.#make(exports, wanted);
        }
      } catch (error) {
        if (!signal.aborted) this.#parts.onFault(error);
      }
      const woken = AbortSignal.any([signal, this.#wake.signal]);
      await this.#parts.clock.sleep(this.#parts.everyMs, woken).catch(() => undefined);
    }
  }

  async #make(exports: Exports, wanted: AgreedExport): Promise<void> {
    const { id } = wanted;
    const cancel = new AbortController();
    this.#current = { id, cancel };
    const signal = AbortSignal.any([this.#stopping.signal, cancel.signal]);
    const { plan: parts, pack, clock } = this.#parts;
    const planFile = join(this.#parts.directory, `${id}.plan.json`);
    try {
      let plan = await readFrozenPlan(planFile);
      if (plan === undefined) {
        plan = planExport(parts, wanted, clock.wallNow());
        await writeFrozenPlan(planFile, plan);
      }
      exports.noteWait(id, undefined);
      const file = this.packageFile(id);
      const onProgress = (done: number): void => void this.#progress.set(id, done);
      const made = await packExport(pack, plan, { file, onProgress, signal });
      if (exports.isRunning(id)) exports.noteMade(id, made);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ExportWaitsError) exports.noteWait(id, error.waitsFor);
      else if (error instanceof ExportFailedError) exports.noteFailed(id, error.failure, error.message);
      else {
        this.#parts.onFault(error);
        exports.noteFailed(id, 'not-made', error instanceof Error ? error.message : String(error));
      }
    } finally {
      this.#current = undefined;
      this.#progress.delete(id);
    }
  }

  async #removeWhatIsOver(exports: Exports): Promise<void> {
    for (const name of await readdir(this.#parts.directory)) {
      if (exports.isOver(name.slice(0, 36)))
        await rm(join(this.#parts.directory, name), { recursive: true, force: true });
    }
  }
}
