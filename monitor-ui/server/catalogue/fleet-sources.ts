import type { SourceStatus } from '@minhbach/shared/protocol';
import type { CounterId, RecorderId, SourceId } from '@minhbach/shared/units-of-measure';
import type { KnownSource, SourceBook, SourceCondition } from './known-source.ts';

interface FleetSource extends SourceStatus {
  readonly recorderId: RecorderId;
}

/** The part of the fleet this stands on. */
export interface FleetSourceTable {
  find(id: string): FleetSource | undefined;
  ofCounter(counterId: CounterId): readonly FleetSource[];
  /** As people are shown it: nobody knows that a source records whose recorder does not say so now. */
  shown(source: FleetSource): SourceCondition;
}

/** Sources by id and counter out of the fleet, and word of their changes to those who watch. */
export class FleetSources implements SourceBook {
  readonly #table: FleetSourceTable;
  readonly #listeners = new Map<SourceId, Set<(condition: SourceCondition) => void>>();

  constructor(table: FleetSourceTable) {
    this.#table = table;
  }

  findSource(sourceId: string): KnownSource | undefined {
    const source = this.#table.find(sourceId);
    return source && { ...source, id: source.sourceId };
  }

  sourcesOf(counterId: CounterId): readonly KnownSource[] {
    return this.#table.ofCounter(counterId).map((source) => ({ ...source, id: source.sourceId }));
  }

  conditionOf(sourceId: SourceId): SourceCondition | undefined {
    const source = this.#table.find(sourceId);
    if (source === undefined || source.retiredAt !== undefined) return undefined;
    const { state, cause } = this.#table.shown(source);
    return { state, ...(cause === undefined ? {} : { cause }) };
  }

  onConditionChanged(sourceId: SourceId, listener: (condition: SourceCondition) => void): () => void {
    const listeners = this.#listeners.get(sourceId) ?? new Set();
    this.#listeners.set(sourceId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(sourceId);
    };
  }

  /** To be called whenever the fleet announces a source. */
  announce(source: SourceCondition & { readonly id: SourceId }): void {
    const condition = { state: source.state, ...(source.cause === undefined ? {} : { cause: source.cause }) };
    for (const listener of this.#listeners.get(source.id) ?? []) listener(condition);
  }
}
