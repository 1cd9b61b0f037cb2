import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A small ext4 disk in a file, mounted through a loop device. Needs root; says so when it may not. */
export class LoopDisk implements Disposable {
  readonly mountPoint: string;
  readonly image: string;
  readonly #device: string;

  private constructor(image: string, mountPoint: string) {
    this.image = image;
    this.mountPoint = mountPoint;
    mkdirSync(mountPoint, { recursive: true });
    this.#mount();
    this.#device = run('findmnt', ['--noheadings', '--output', 'SOURCE', mountPoint]).trim();
  }

  static make(directory: string, name: string, megabytes: number): LoopDisk {
    mkdirSync(directory, { recursive: true });
    const image = join(directory, `${name}.img`);
    run('truncate', ['--size', `${megabytes}M`, image]);
    run('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', '-m', '0', image]);
    return new LoopDisk(image, join(directory, name));
  }

  /** What a disk holds when the power goes now: mounted, with the file system's own recovery done. */
  static after(image: string, directory: string, name: string): LoopDisk {
    return new LoopDisk(image, join(directory, name));
  }

  /**
   * Copies what has reached the disk, and nothing that only the system's memory holds. The writer must stand still; writes
   * that the kernel has under way are waited for by comparing the device's own count before and after.
   */
  copyTo(image: string): void {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const before = this.#written();
      run('cp', ['--sparse=always', this.image, image]);
      if (this.#written() === before) return;
    }
    throw new Error('the disk never stood still');
  }

  /** After whoever used it is gone, as when a disk is put in again. */
  mountAgain(): void {
    run('umount', [this.mountPoint]);
    this.#mount();
  }

  [Symbol.dispose](): void {
    run('umount', [this.mountPoint]);
    rmSync(this.image, { force: true });
  }

  #mount(): void {
    run('mount', ['-o', 'loop,noatime', this.image, this.mountPoint]);
  }

  /** Write requests finished and under way, as the kernel counts them. */
  #written(): string {
    const fields = readFileSync(`/sys/block/${basename(this.#device)}/stat`, 'utf8')
      .trim()
      .split(/\s+/);
    return [fields[4], fields[8]].join(' ');
  }
}

function run(command: string, argumentList: readonly string[]): string {
  try {
    return execFileSync(command, argumentList, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stderr } = error as { stderr?: string | null };
    const said = stderr?.trim() ?? (error instanceof Error ? error.message : '');
    throw new Error(`${command} failed (loop disks need root and loop devices): ${said}`, { cause: error });
  }
}
