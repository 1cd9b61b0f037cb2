import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a second start needs to know of the first. Holds passwords of virtual things, hence 0600. */
const demoStateSchema = z.strictObject({
  /** Password of every demo account as it now is in the monitor. */
  accountPassword: z.string(),
  cameraPassword: z.string(),
  /** ONVIF and RTSP ports, one pair per virtual device, kept so that the recorder finds them again. */
  devicePorts: z.array(z.strictObject({ onvif: z.int(), rtsp: z.int() })),
  seeded: z.boolean(),
});
export type DemoState = z.infer<typeof demoStateSchema>;

export class DemoStateFile {
  readonly #path: string;

  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, 'demo.json');
  }

  /** The state of an earlier start, or `undefined`. Throws when the file is not one of ours. */
  async read(): Promise<DemoState | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    return demoStateSchema.parse(JSON.parse(text));
  }

  async write(state: DemoState): Promise<void> {
    await mkdir(join(this.#path, '..'), { recursive: true });
    await writeFile(`${this.#path}.part`, JSON.stringify(state, null, 2), { mode: 0o600 });
    await rename(`${this.#path}.part`, this.#path);
  }
}

export function freshState(accountPassword: string): DemoState {
  return {
    accountPassword,
    cameraPassword: randomBytes(12).toString('base64url'),
    devicePorts: [],
    seeded: false,
  };
}

/** Something a person can type once, when no password was given. */
export function inventPassword(): string {
  return `demo-${randomBytes(6).toString('hex')}`;
}
