import { deviceMigrations, deviceTable } from '../cameras/index.ts';
import { headMigrations } from '../ledger/index.ts';
import type { KeptTable, Migration } from '../spool/index.ts';
import { counterDaysMigrations, counterDaysTable } from '../upload/index.ts';

/** The tables of all rooms in a recorder's index: whoever opens a spool as its recorder does brings all of them. */
export const roomMigrations: readonly Migration[] = [
  ...deviceMigrations,
  ...headMigrations,
  ...counterDaysMigrations,
];

/** Those of them that the journal remembers as well, for a recorder whose index is lost. */
export const roomTables: Readonly<Record<string, KeptTable>> = { ...deviceTable, ...counterDaysTable };
