import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

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

/** Processes of a group, which a terminal's Ctrl-C would reach; those that ended and nobody asked after left out. */
export function processesOfGroup(groupId: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // proc(5): pid (comm) state ppid pgrp; the name may hold anything, brackets too.
        const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return state !== 'Z' && Number(group) === groupId;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Processes started by this one. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** Whether it still runs; one that ended and that nobody has asked after does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** That one of these processes that has a TCP connection to this port of this machine. */
export function connectedTo(port: number, pids: readonly number[]): number | undefined {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , to]) => to?.endsWith(remote) === true)
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
  return pids.find((pid) =>
    readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return sockets.includes(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    }),
  );
}
