import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { spoolMark } from './ffmpeg-process.ts';

const waitMs = 2_000;

/**
 * Ends (SIGKILL) every process that carries this spool's mark: ffmpegs of a run that died, which would keep their
 * cameras' sessions. Answers their ids, once they are gone. To be called before anything is started.
 */
export async function endOrphans(spoolId: string): Promise<number[]> {
  const orphans = await marked(spoolId);
  for (const pid of orphans) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone by itself in the meantime.
    }
  }
  for (let waitedMs = 0; waitedMs < waitMs && (await marked(spoolId)).length > 0; waitedMs += 20)
    await delay(20);
  return orphans;
}

async function marked(spoolId: string): Promise<number[]> {
  const mark = `${spoolMark}=${spoolId}`;
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const environment = await readFile(`/proc/${name}/environ`, 'latin1');
      if (environment.split('\0').includes(mark)) found.push(Number(name));
    } catch {
      // Another user's process, or one that just ended: neither is ours.
    }
  }
  return found;
}
