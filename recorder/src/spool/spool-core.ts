import type Database from 'better-sqlite3';
import type { Clock } from '@minhbach/shared/clock';
import type { EntryLog } from '../ledger/index.ts';
import type { JournaledTransactions } from './journaled-transactions.ts';
import type { SegmentTable } from './segment-table.ts';

/** What the parts of one open spool share: rows and facts of one database, changed in one kind of transaction. */
export interface SpoolCore {
  readonly database: Database.Database;
  readonly clock: Clock;
  readonly entries: EntryLog;
  readonly segments: SegmentTable;
  readonly transactions: JournaledTransactions;
}
