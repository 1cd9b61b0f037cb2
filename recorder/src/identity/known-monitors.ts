import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { monitorIdSchema, siteIdSchema, type MonitorId } from '@minhbach/shared/units-of-measure';
import { IdentityError } from './identity-error.ts';
import { readPrivateFile, replacePrivateFile } from './private-file.ts';

const knownMonitorSchema = z.strictObject({
  monitorId: monitorIdSchema,
  /** Raw Ed25519 key, base64url: the only one accepted from this address. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  siteId: siteIdSchema,
});
export type KnownMonitor = z.infer<typeof knownMonitorSchema>;
const fileSchema = z.record(z.string(), knownMonitorSchema);

/** The monitors this recorder is enrolled with, by the address they are dialled at, with their pinned keys. */
export class KnownMonitors {
  readonly #path: string;
  readonly #monitors: Map<string, KnownMonitor>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, monitors: Map<string, KnownMonitor>) {
    this.#path = path;
    this.#monitors = monitors;
  }

  static async open(directory: string): Promise<KnownMonitors> {
    const path = join(directory, 'monitors.json');
    const text = await readPrivateFile(path);
    if (text === undefined) return new KnownMonitors(path, new Map());
    try {
      return new KnownMonitors(path, new Map(Object.entries(fileSchema.parse(JSON.parse(text)))));
    } catch (error) {
      throw new IdentityError(`${path} is not a list of monitors of ours; remove it and enrol again`, {
        cause: error,
      });
    }
  }

  find(url: string): KnownMonitor | undefined {
    return this.#monitors.get(url);
  }

  /** The same monitor under whatever address it was dialled at before. */
  findById(monitorId: MonitorId): KnownMonitor | undefined {
    return [...this.#monitors.values()].find((monitor) => monitor.monitorId === monitorId);
  }

  get isEmpty(): boolean {
    return this.#monitors.size === 0;
  }

  /** On the disk when it resolves. */
  async remember(url: string, monitor: KnownMonitor): Promise<void> {
    this.#monitors.set(url, monitor);
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () =>
        replacePrivateFile(this.#path, JSON.stringify(Object.fromEntries(this.#monitors), null, 2)),
      );
    return this.#writing;
  }
}

/** What an enrolment code names: SHA-256 of the raw public key, base64url. */
export function monitorKeyFingerprint(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url');
}
