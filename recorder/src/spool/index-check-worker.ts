import Database from 'better-sqlite3';
import { parentPort, workerData } from 'node:worker_threads';
import { isDamage } from './is-damage.ts';

/* The thread of checkIndex: reads one database, says `ok` or what is wrong. */
try {
  const database = new Database(String(workerData), { readonly: true, fileMustExist: true });
  parentPort?.postMessage(database.pragma('quick_check(1)', { simple: true }));
  database.close();
} catch (error) {
  if (!isDamage(error)) throw error;
  parentPort?.postMessage(error instanceof Error ? error.message : 'damaged');
}
