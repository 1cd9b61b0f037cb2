import type { Clock } from '@minhbach/shared/clock';
import type { CaseId, MonitorId } from '@minhbach/shared/units-of-measure';
import type { Actor } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Cases } from './cases.ts';
import { custodyReport } from './custody-report.ts';
import type { CustodyReader } from './custody.ts';

export interface CustodyPrintsParts {
  readonly cases: Pick<Cases, 'find'>;
  readonly custody: CustodyReader;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly monitorId: MonitorId;
  /** Of a counter and its site. */
  readonly placeName: (counterId: string) => string;
}

/** Prints of what was done with the footage of a case. */
export class CustodyPrints {
  readonly #parts: CustodyPrintsParts;

  constructor(parts: CustodyPrintsParts) {
    this.#parts = parts;
  }

  /** In the audit before it is drawn, so that it states itself too. Throws the 404 for what is out of sight. */
  async print(actor: Actor, id: CaseId): Promise<{ readonly number: string; readonly pdf: Buffer }> {
    const { cases, custody, audit, clock, monitorId, placeName } = this.#parts;
    const file = cases.find(actor, id);
    const seq = audit.append({
      kind: 'custody-printed',
      personId: actor.person.id,
      subject: { caseId: id },
    });
    const pdf = await custodyReport({
      ...{ file, custody: custody.of(id), monitorId, seq, placeName },
      madeAt: clock.wallNow(),
      madeBy: { displayName: actor.person.displayName, unitName: actor.unit.name },
    });
    return { number: file.number, pdf };
  }
}
