import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseError, MonitorDatabase } from '../database/index.ts';
import { databaseSchema } from '../schema.ts';

/** The monitor's database, made when there is none, brought up to date, and for nobody else as long as it is open. */
export async function openDatabaseAlone(dataDirectory: string): Promise<MonitorDatabase> {
  return MonitorDatabase.open(databaseFile(dataDirectory), databaseSchema, { alone: true });
}

/** Throws `DatabaseError` when there is none. */
export function requireDatabaseFile(dataDirectory: string): string {
  const file = databaseFile(dataDirectory);
  if (existsSync(file)) return file;
  throw new DatabaseError(`There is no monitor.db in ${dataDirectory}.`);
}

function databaseFile(dataDirectory: string): string {
  return join(dataDirectory, 'monitor.db');
}
