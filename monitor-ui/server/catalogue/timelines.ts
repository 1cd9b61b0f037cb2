import type { Timeline, TimelineSpan } from '@minhbach/shared/protocol';
import type { CounterId, SourceId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Catalogue } from './catalogue.ts';
import type { RecorderPresence, SourceBook } from './known-source.ts';

export interface TimelinesParts {
  readonly catalogue: Catalogue;
  readonly sources: SourceBook;
  readonly recorders: RecorderPresence;
  /** The same spans with the gaps called explained that people have explained. */
  readonly explain: (
    counterId: CounterId,
    sourceId: SourceId,
    spans: readonly TimelineSpan[],
  ) => TimelineSpan[];
}

/** What became of the sources of a counter, as far as is known now. */
export class Timelines {
  readonly #parts: TimelinesParts;

  constructor(parts: TimelinesParts) {
    this.#parts = parts;
  }

  /** One for each source, retired ones too; each covers `from..to`. */
  of(counterId: CounterId, from: UtcMs, to: UtcMs, now: UtcMs): Timeline['sources'] {
    const { catalogue, sources, recorders, explain } = this.#parts;
    return sources.sourcesOf(counterId).map((source) => {
      const facts = {
        ...source,
        recorderOnline: recorders.isOnline(source.recorderId),
        recorderCaughtUp: recorders.isCaughtUp(source.recorderId),
      };
      const spans = catalogue.timeline(source.id, facts, from, to, now);
      return {
        id: source.id,
        kind: source.kind,
        name: source.name,
        spans: explain(counterId, source.id, spans),
      };
    });
  }
}
