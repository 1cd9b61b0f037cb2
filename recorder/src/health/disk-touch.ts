import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@minhbach/shared/clock';
import { isFullDisk } from '../spool/index.ts';

const everyMs = 3_000;
const fileName = 'disk-touch';

/**
 * Makes a small file on the spool's disk every three seconds, syncs and removes it. A file system that failed under open
 * files goes on taking what is written to them: on ext4 whose journal the kernel gave up, write and fdatasync were seen to
 * answer that all is well for as long as the file was open, and nothing of it was on the disk. Making a file is refused.
 */
export class DiskTouch {
  readonly #clock: Clock;
  readonly #path: string;
  /** `message` when the disk begins to refuse, `undefined` when it takes a file again. */
  readonly #onFault: (message: string | undefined) => void;

  constructor(of: {
    readonly clock: Clock;
    readonly directory: string;
    readonly onFault: (message: string | undefined) => void;
  }) {
    this.#clock = of.clock;
    this.#path = join(of.directory, fileName);
    this.#onFault = of.onFault;
  }

  /** Resolves when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.touch();
        this.#onFault(undefined);
      } catch (error) {
        // A full disk is told of by who measures it, and damages nothing that it took.
        if (!isFullDisk(error)) {
          const why = error instanceof Error ? error.message : String(error);
          this.#onFault(`the disk of the spool takes no files, and may lose what it seems to take: ${why}`);
        }
      }
      await this.#clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }

  /** Rejects with what the disk says. */
  async touch(): Promise<void> {
    const file = await open(this.#path, 'w', 0o600);
    try {
      await file.writeFile('.');
      await file.datasync();
    } finally {
      await file.close();
    }
    await unlink(this.#path);
  }
}
