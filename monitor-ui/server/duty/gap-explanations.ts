import type { Clock } from '@minhbach/shared/clock';
import type {
  gapDecisionInputSchema,
  GapExplanation,
  gapExplanationInputSchema,
} from '@minhbach/shared/protocol';
import {
  gapExplanationIdSchema,
  newId,
  utcMs,
  type CounterId,
  type GapExplanationId,
  type PersonId,
  type UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { z } from 'zod';
import { requireMay, type Actor, type Sight } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import { badInput, conflict, notFound } from '../problem/index.ts';
import type { CounterTime } from './counter-time.ts';
import { GapExplanationRows, type GapExplanationFilter } from './gap-explanation-rows.ts';
import { joined, totalMs, within } from './spans.ts';

const longestMs = 31 * 86_400_000;
const mostGaps = 5_000;

export interface GapExplanationsParts {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly time: CounterTime;
  readonly clock: Clock;
  /** Called once an acceptance is durable. */
  readonly onAccepted: (
    of: { readonly counterId: CounterId; readonly from: UtcMs; readonly to: UtcMs },
    by: { readonly personId: PersonId; readonly text: string },
  ) => void;
}

/**
 * What was behind missing time, said afterwards: asked for by one person and decided by another, of another unit than the
 * one who asks and than the office itself. It is about the holes there were when it was asked, so that footage lost later is
 * not explained by it. Durable and in the audit on return.
 */
export class GapExplanations {
  readonly #parts: GapExplanationsParts;
  readonly #rows: GapExplanationRows;

  constructor(parts: GapExplanationsParts) {
    this.#parts = parts;
    this.#rows = new GapExplanationRows(parts.database);
  }

  ask(actor: Actor, input: z.output<typeof gapExplanationInputSchema>): GapExplanation {
    requireMay(actor, 'gaps.explain');
    const { database, audit, sight, time, clock } = this.#parts;
    const { counterId } = sight.requireCounter(actor, input.counterId);
    const { sourceId, from, to, reason, evidence } = input;
    if (sourceId !== undefined && sight.requireSource(actor, sourceId).counterId !== counterId) {
      throw badInput('/sourceId', 'source-of-counter');
    }
    const now = clock.wallNow();
    if (from >= to) throw badInput('/to', 'later-than', { field: 'from' });
    if (from >= now) throw badInput('/from', 'gap-begun');
    if (to - from > longestMs) throw badInput('/to', 'days-after', { count: 31, field: 'from' });
    const gaps = time
      .unexplained(counterId, sourceId, { from, to }, now)
      .flatMap((gap) => within([gap], { from, to }).map((span) => ({ ...gap, ...span })));
    if (gaps.length === 0) {
      throw conflict(
        'nothing-to-explain',
        'Nothing is missing there without explanation: recorded time is not explained, and what may still come is waited for.',
      );
    }
    if (gaps.length > mostGaps) throw badInput('/to', 'holes-at-once', { count: mostGaps });
    const id = newId(gapExplanationIdSchema);
    const gapMs = totalMs(joined(gaps));
    return database.transaction(() => {
      this.#rows.insert(
        {
          ...{ id, counter_id: counterId, source_id: sourceId ?? null, from_ms: from, to_ms: to },
          ...{ reason, evidence, asked_at: now, asked_by: actor.person.id, asked_unit: actor.unit.id },
        },
        gaps,
      );
      audit.append({
        kind: 'gap-explanation-asked',
        personId: actor.person.id,
        subject: { explanationId: id, counterId, sourceId, from, to, gaps: gaps.length, gapMs },
        shielded: { reason, evidence },
      });
      return this.find(actor, id);
    });
  }

  decide(actor: Actor, id: GapExplanationId, input: z.output<typeof gapDecisionInputSchema>): GapExplanation {
    requireMay(actor, 'gaps.decide');
    const { database, audit, clock } = this.#parts;
    const asked = this.#rows.find(id);
    if (asked === undefined || !this.#sees(actor, asked.counter_id)) throw notFound('explanation');
    if (asked.decided !== undefined)
      throw conflict('already-decided', 'This explanation is decided already.');
    if (asked.asked_by === actor.person.id) {
      throw conflict('own-explanation', 'Nobody decides on an explanation of his own.');
    }
    if (asked.asked_unit === actor.unit.id || asked.asker_unit === actor.unit.id) {
      throw conflict('same-unit', 'Somebody of another unit than the one who asked decides.');
    }
    if (asked.office_unit === actor.unit.id) {
      throw conflict('own-office', 'An office does not decide on what is missing of itself.');
    }
    const text = input.decision === 'accept' ? input.evidence : input.reason;
    const { counter_id: counterId, source_id: sourceId, from_ms: from, to_ms: to } = asked;
    const decided = database.transaction(() => {
      this.#rows.decide({
        ...{ gap_explanation_id: id, decision: input.decision, text },
        ...{ decided_at: clock.wallNow(), decided_by: actor.person.id },
      });
      audit.append({
        kind: input.decision === 'accept' ? 'gap-explained' : 'gap-explanation-refused',
        personId: actor.person.id,
        subject: {
          ...{ explanationId: id, counterId, sourceId: sourceId ?? undefined, from, to },
          ...{ gaps: asked.gaps, gapMs: asked.gapMs, askedBy: asked.asked_by },
        },
        shielded: { text },
      });
      return this.find(actor, id);
    });
    if (input.decision === 'accept') {
      const span = { counterId, from: utcMs(from), to: utcMs(to) };
      this.#parts.onAccepted(span, { personId: actor.person.id, text });
    }
    return decided;
  }

  /** Throws the 404 for what is out of sight too. */
  find(actor: Actor, id: GapExplanationId): GapExplanation {
    const row = this.#rows.find(id);
    if (row === undefined || !this.#sees(actor, row.counter_id)) throw notFound('explanation');
    return this.#rows.shown(actor, row);
  }

  /** In sight, the latest asked first. */
  list(actor: Actor, filter: GapExplanationFilter): GapExplanation[] {
    return this.#rows.list(actor, filter).map((row) => this.#rows.shown(actor, row));
  }

  #sees(actor: Actor, counterId: CounterId): boolean {
    return this.#parts.sight.seesCounter(actor, counterId);
  }
}
