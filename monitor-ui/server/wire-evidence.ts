import { join } from 'node:path';
import type { Router } from 'express';
import type { Clock } from '@minhbach/shared/clock';
import type { NoteSigner } from '@minhbach/shared/ledger';
import type { CounterId, ExportId, MonitorId } from '@minhbach/shared/units-of-measure';
import type { Sight } from './access/index.ts';
import type { Approvals } from './approvals/index.ts';
import type { AuditLog } from './audit/index.ts';
import type { Catalogue, SourceBook } from './catalogue/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import {
  exportRoutes,
  ExportRuns,
  Exports,
  FootageEntries,
  packageLinks,
  readMeHtml,
  recipientRoutes,
  Recipients,
  type ExportsParts,
  type LedgerPort,
} from './evidence/index.ts';
import type { Route } from './http/index.ts';
import type { FootageBytes } from './playback/index.ts';
import type { Shield } from './shield/index.ts';

export interface EvidenceWiring {
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly approvals: Approvals;
  readonly catalogue: Catalogue;
  readonly sources: SourceBook;
  readonly bytes: FootageBytes;
  readonly ledgers: LedgerPort;
  readonly caseCovers: ExportsParts['caseCovers'];
  readonly identity: {
    readonly monitorId: MonitorId;
    readonly publicKey: string;
    noteSigner(name: string): NoteSigner;
  };
  readonly shield: Shield;
  /** Where people outside open this monitor. */
  readonly publicOrigin: string | undefined;
  readonly dataDirectory: string;
  /** The page that goes into every package. */
  readonly readMeFile: string;
  readonly onFault: (error: unknown) => void;
}

/** Exports and the work that makes their packages, wired to each other and begun. */
export interface EvidenceRoom {
  readonly routes: readonly Route[];
  readonly exports: Exports;
  readonly recipients: Recipients;
  /** What `/d` answers to people who are not signed in. */
  readonly packageLinks: Router;
  close(): Promise<void>;
}

export function wireEvidence(of: EvidenceWiring): EvidenceRoom {
  const { database, audit, sight, clock, approvals, catalogue, sources, bytes, ledgers, identity } = of;
  const place = database.sqlite.prepare<[string], { name: string; site: string; unit: string }>(
    `SELECT c.name, s.name AS site, u.name AS unit
     FROM counter c JOIN site s ON s.id = c.site_id JOIN unit u ON u.id = s.unit_id WHERE c.id = ?`,
  );
  const placeOf = (counterId: CounterId) => {
    const found = place.get(counterId);
    if (found === undefined) throw new Error(`there is no counter ${counterId}`);
    return found;
  };
  const runs = new ExportRuns({
    plan: {
      entries: new FootageEntries(database),
      sourcesOf: (counterId) => sources.sourcesOf(counterId),
      ...{ ledgers, placeOf, identity, readMe: () => readMeHtml(of.readMeFile) },
    },
    pack: {
      ...{ catalogue, bytes, signer: (name: string) => identity.noteSigner(name) },
      onClipFault: (fault) => of.onFault(new Error(`a package is made without clips: ${fault}`)),
    },
    clock,
    directory: join(of.dataDirectory, 'exports'),
    everyMs: 2_000,
    onFault: of.onFault,
  });
  const exports = new Exports({
    ...{ database, audit, sight, clock, approvals, caseCovers: of.caseCovers },
    progressOf: (id) => runs.progressOf(id),
    changed: () => runs.changed(),
  });
  runs.start(exports);
  const recipients = new Recipients({
    ...{ database, audit, clock, exports, shield: of.shield, publicOrigin: of.publicOrigin },
  });
  const packageFile = (id: ExportId) => runs.packageFile(id);
  return {
    routes: [...exportRoutes(exports, runs), ...recipientRoutes(recipients)],
    packageLinks: packageLinks({ recipients, packageFile, onFault: of.onFault }),
    ...{ exports, recipients },
    close: () => runs.close(),
  };
}
