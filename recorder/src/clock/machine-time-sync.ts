import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readChronyTracking, readTimedatectl, type TimeSync } from './time-sync.ts';

const run = promisify(execFile);
const askLimitMs = 2_000;

/** Asks whoever may keep this machine's clock; changes nothing. Never rejects: a machine that does not tell is `unknown`. */
export async function machineTimeSync(signal: AbortSignal): Promise<TimeSync> {
  const chrony = readChronyTracking(await said('chronyc', ['-c', 'tracking'], signal));
  if (chrony !== undefined) return chrony;
  const show = await said('timedatectl', ['show'], signal);
  const timesync = show === '' ? '' : await said('timedatectl', ['show-timesync'], signal);
  return (
    readTimedatectl(show, timesync) ?? {
      state: 'unknown',
      why: 'neither chrony nor systemd tells whether the clock is right',
    }
  );
}

/** What a program prints; nothing when it is missing, fails or takes too long. */
async function said(program: string, arguments_: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    const env = { PATH: process.env['PATH'] ?? '', LANG: 'C' };
    const { stdout } = await run(program, [...arguments_], {
      timeout: askLimitMs,
      env,
      maxBuffer: 65_536,
      signal,
    });
    return stdout;
  } catch {
    return '';
  }
}
