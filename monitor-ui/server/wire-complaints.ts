import { join } from 'node:path';
import type { Router } from 'express';
import type { Clock } from '@minhbach/shared/clock';
import type { Incident } from '@minhbach/shared/protocol';
import type {
  CaseId,
  CounterId,
  ExportId,
  IncidentId,
  MonitorId,
  UtcMs,
} from '@minhbach/shared/units-of-measure';
import type { Actor, People, Sight, Units } from './access/index.ts';
import type { AuditLog } from './audit/index.ts';
import { caseRoutes, Cases, CustodyPrints, CustodyReader } from './cases/index.ts';
import {
  Attachments,
  ComplaintAggregate,
  ComplaintIndex,
  complaintRoutes,
  Complaints,
  PublicDesk,
  PublicGate,
  publicComplaintRoutes,
  type ClipSpan,
} from './complaints/index.ts';
import type { MonitorDatabase } from './database/index.ts';
import type { Route } from './http/index.ts';
import { publicPages } from './public-pages/index.ts';
import type { Holds } from './retention/index.ts';
import { Search, searchRoute, type FoundFootage, type FoundTransaction } from './search/index.ts';
import type { MonitorSettings } from './settings/index.ts';
import type { Shield } from './shield/index.ts';

export interface ComplaintWiring {
  readonly settings: MonitorSettings['complaints'];
  readonly dataDirectory: string;
  readonly database: MonitorDatabase;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly clock: Clock;
  readonly shield: Shield;
  readonly monitorId: MonitorId;
  readonly people: People;
  readonly units: Units;
  readonly holds: Holds;
  readonly sitesOfUnit: (unitId: string) => readonly string[];
  readonly incident: (actor: Actor, id: IncidentId) => Incident;
  readonly incidents: (actor: Actor, text: string, limit: number) => Incident[];
  readonly exportsOf: (caseId: CaseId) => ExportId[];
  readonly recipientName: (id: string) => string | undefined;
  readonly served: (of: { ticket?: string | undefined; dossierCode?: string | undefined }) => ClipSpan[];
  readonly transactions: (actor: Actor, text: string, limit: number) => FoundTransaction[];
  readonly footage: (counterId: CounterId, from: UtcMs, to: UtcMs) => readonly FoundFootage[];
  readonly onFault: (error: unknown) => void;
}

/** Complaints, cases and the search over both, wired to each other. */
export interface ComplaintRoom {
  readonly routes: readonly Route[];
  readonly cases: Cases;
  /** What is shown below `/p` to people who are not signed in. */
  readonly publicPages: Router;
  close(): void;
}

export function wireComplaints(of: ComplaintWiring): ComplaintRoom {
  const { database, audit, sight, clock, shield, holds, settings } = of;
  const index = new ComplaintIndex();
  const complaints = new Complaints({
    ...{ database, audit, sight, clock, shield, holds, index, served: of.served },
    cases: () => cases,
    calendar: { holidays: settings.holidays, workdays: settings.workdays },
  });
  const cases: Cases = new Cases({
    ...{ database, audit, sight, clock, shield, holds, complaints },
    ...{ people: of.people, units: of.units, incident: of.incident, exportsOf: of.exportsOf },
  });
  const directory = join(of.dataDirectory, 'attachments');
  const attachments = new Attachments({ rows: complaints.rows, shield, clock, directory });
  const aggregate = new ComplaintAggregate(complaints.rows, of.sitesOfUnit);
  const search = new Search({
    ...{ database, audit, sight, clock, complaints, incidents: of.incidents },
    ...{ transactions: of.transactions, footage: of.footage },
    caseOfNumber: (actor, number) => cases.ofNumber(actor, number),
    worksOn: (actor, caseId) => cases.isMember(caseId, actor.person.id),
  });
  const closing = new AbortController();
  complaints.buildIndex(closing.signal).catch(of.onFault);
  const place = database.sqlite.prepare<[string], { id: CounterId; name: string; siteName: string }>(
    'SELECT c.id, c.name, s.name AS siteName FROM counter c JOIN site s ON s.id = c.site_id WHERE c.id = ?',
  );
  const custody = new CustodyReader(database, of.recipientName);
  const prints = new CustodyPrints({
    ...{ cases, custody, audit, clock, monitorId: of.monitorId },
    placeName: (counterId) => {
      const found = place.get(counterId);
      return found === undefined ? '' : `${found.name}, ${found.siteName}`;
    },
  });
  const transaction = (work: () => void) => database.transaction(work);
  const desk = new PublicDesk({
    ...{ complaints, attachments, audit, clock, transaction, gate: new PublicGate(settings) },
    counter: (id) => place.get(id),
  });
  return {
    routes: [
      ...complaintRoutes({ complaints, attachments, aggregate, audit, transaction }),
      ...publicComplaintRoutes(desk),
      ...caseRoutes(cases, custody, prints),
      searchRoute(search),
    ],
    cases,
    publicPages: publicPages({ desk, clock, onFault: of.onFault }),
    close() {
      closing.abort();
      index.close();
    },
  };
}
