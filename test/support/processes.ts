import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of the processes now running that name `text`, this test's own left out. */
export function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((commandLine) => commandLine.includes(text));
}

/** Processes that work for a spool, by the mark in their environment. */
export function ffmpegsOf(spoolId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`MINHBACH_SPOOL=${spoolId}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
