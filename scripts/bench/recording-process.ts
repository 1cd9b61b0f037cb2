import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ObjectStoreSettings } from '@minhbach/shared/object-store';
import type { RecorderId, SourceId } from '@minhbach/shared/units-of-measure';

export interface RecordingProcess {
  readonly pid: number;
  /** Segments sealed and not yet proven to be in the archive, as last told; undefined without an archive. */
  readonly unproven: () => number | undefined;
  stop(): Promise<void>;
}

/** Processes run from the built scripts, also when a test calls this from the sources. */
const hostProgram = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/scripts/bench/recording-host.js' : './recording-host.js',
  import.meta.url,
).pathname;

/** A box that is not recording everything after this long never will. */
const startWithinMs = 120_000;

/** Starts `recording-host` on these streams; resolves when every source records, rejects when that takes too long. */
export async function startRecordingProcess(order: {
  readonly directory: string;
  readonly recorderId: RecorderId;
  readonly urls: readonly string[];
  readonly pictures?: readonly SourceId[];
  readonly sound: boolean;
  readonly archive?: ObjectStoreSettings;
}): Promise<RecordingProcess> {
  const child = spawn(process.execPath, [hostProgram], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin.end(JSON.stringify(order));
  let unproven: number | undefined;
  await new Promise<void>((resolve, reject) => {
    void exited.then(() => reject(new Error('the recording ended before it recorded')));
    const limit = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error(`not every source was recording after ${startWithinMs / 1000} s`));
    }, startWithinMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('UNPROVEN ')) unproven = Number(line.slice('UNPROVEN '.length));
      if (line !== 'RECORDING') return;
      clearTimeout(limit);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    unproven: () => unproven,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
