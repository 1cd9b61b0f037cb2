import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  readonly program: string;
  /** User and system time of the process and of its ended children that were waited for. */
  readonly cpuS: number;
}

export interface TreeCost {
  readonly processes: number;
  readonly cpuS: number;
  readonly cpuSByProgram: Readonly<Record<string, number>>;
  /** Proportional set size: shared pages are counted once over all that share them (proc(5), smaps_rollup). */
  readonly pssMiB: number;
  /**
   * Of that, what no file stands behind, in memory or swapped out: what a program takes for itself. The rest is shared with
   * whoever else runs the same program, and grows when that ends.
   */
  readonly anonymousMiB: number;
  /** `anonymousMiB` of the root process alone. */
  readonly ownAnonymousMiB: number;
}

/** Adds up a process and all its descendants as /proc shows them now. */
export function costOfTree(rootPid: number): TreeCost {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const tree: ProcessStat[] = [];
  const wanted = new Set([rootPid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const stat of all) {
      if (tree.includes(stat) || !(wanted.has(stat.pid) || wanted.has(stat.parentPid))) continue;
      wanted.add(stat.pid);
      tree.push(stat);
      grown = true;
    }
  }
  const cpuSByProgram: Record<string, number> = {};
  for (const stat of tree) cpuSByProgram[stat.program] = (cpuSByProgram[stat.program] ?? 0) + stat.cpuS;
  return {
    processes: tree.length,
    cpuS: tree.reduce((sum, stat) => sum + stat.cpuS, 0),
    cpuSByProgram,
    pssMiB: tree.reduce((sum, stat) => sum + memoryMiB(stat.pid, ['Pss']), 0),
    anonymousMiB: tree.reduce((sum, stat) => sum + memoryMiB(stat.pid, anonymous), 0),
    ownAnonymousMiB: memoryMiB(rootPid, anonymous),
  };
}

/** Everything in the tree but ffmpeg: our own share. */
export function ownCpuS(cost: TreeCost): number {
  return cost.cpuS - (cost.cpuSByProgram['ffmpeg'] ?? 0);
}

function statOf(pid: number): ProcessStat | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  return {
    pid,
    parentPid: Number(fields[1]),
    program: text.slice(open + 1, close),
    cpuS: ticks / ticksPerSecond,
  };
}

const anonymous = ['Pss_Anon', 'SwapPss'];

/** The sum of some fields of /proc/PID/smaps_rollup. */
function memoryMiB(pid: number, fields: readonly string[]): number {
  const lines = readOrNothing(`/proc/${pid}/smaps_rollup`)?.split('\n') ?? [];
  const kiB = lines.flatMap((line) => {
    const [name = '', value = ''] = line.split(':');
    return fields.includes(name) ? [Number.parseInt(value, 10)] : [];
  });
  return kiB.reduce((sum, each) => sum + each, 0) / 1024;
}

/** A process may end between being listed and being read. */
function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
