import type { Clock } from '@minhbach/shared/clock';
import type { People, Sessions, SessionStore, Sight, SignIn, Units } from '../access/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MonitorDatabase } from '../database/index.ts';
import type { AccountChanges } from './account-changes.ts';
import type { Aims } from './aims.ts';
import type { Enrolments } from './enrolments.ts';
import type { JobBoard } from './job-board.ts';
import type { RecorderLink } from './recorder-link.ts';
import type { FleetAnnouncements } from './recorder-news.ts';
import type { Recorders } from './recorders.ts';
import type { Sites } from './sites.ts';
import type { Sources } from './sources.ts';

/** What the fleet's routes are built from. */
export interface FleetParts {
  readonly database: MonitorDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly sight: Sight;
  readonly people: People;
  readonly accounts: AccountChanges;
  readonly units: Units;
  readonly sessions: Sessions;
  readonly sessionStore: SessionStore;
  readonly signIn: SignIn;
  readonly sites: Sites;
  readonly recorders: Recorders;
  readonly enrolments: Enrolments;
  readonly sources: Sources;
  readonly aims: Aims;
  readonly jobs: JobBoard;
  readonly link: RecorderLink;
  readonly announce: () => FleetAnnouncements;
}
