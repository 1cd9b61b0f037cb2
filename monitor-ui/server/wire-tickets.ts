import type { Clock } from '@minhbach/shared/clock';
import type { Places, Sight } from './access/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { KeyCheck, Route } from './http/index.ts';
import {
  apiKeyRoutes,
  ApiKeys,
  importRoute,
  OfficialSight,
  reconciliationRoute,
  Roster,
  rosterRoutes,
  ServedSpans,
  TransactionBook,
  transactionRoutes,
  Transactions,
  type CaseCovers,
  type ImportParts,
  type ReconciliationParts,
} from './tickets/index.ts';

export interface TicketsWiring {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly places: Places;
  readonly clock: Clock;
  readonly timelines: ReconciliationParts['timelines'];
  readonly caseCovers: CaseCovers;
  readonly countersOf: ImportParts['countersOf'];
}

/** Queue machines' keys, what they tell, and who sat where. */
export interface TicketsRoom {
  readonly routes: readonly Route[];
  readonly keys: KeyCheck;
  readonly served: ServedSpans;
}

export function wireTickets(of: TicketsWiring): TicketsRoom {
  const { database, audit, sight, places, clock, timelines } = of;
  const keys = new ApiKeys({ database, audit, sight, clock });
  const officials = new OfficialSight(of.caseCovers, audit);
  const book = new TransactionBook(database, audit);
  const transactions = new Transactions({ database, audit, sight, officials });
  return {
    keys: keys.check,
    served: new ServedSpans(database),
    routes: [
      ...apiKeyRoutes(keys),
      ...transactionRoutes({ transactions, book, sight, places }),
      importRoute({ book, sight, countersOf: of.countersOf }),
      ...rosterRoutes(new Roster(database, audit), officials, sight),
      reconciliationRoute({ database, sight, timelines }),
    ],
  };
}
