import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const program = join(import.meta.dirname, '../../dist/scripts/virtual-camera/main.js');
const saidSchema = z.looseObject({ event: z.string(), onvifAddress: z.string().optional() });

/** A virtual camera in a process of its own, which a test may stop and let go on. */
export class CameraProcess implements Disposable {
  readonly onvifAddress: string;
  readonly #process: ChildProcess;

  private constructor(started: ChildProcess, onvifAddress: string) {
    this.#process = started;
    this.onvifAddress = onvifAddress;
  }

  /** Resolves when it can be reached. */
  static async start(password: string): Promise<CameraProcess> {
    const started = spawn(process.execPath, [program, '--discovery-interface', 'off'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, VIRTUAL_CAMERA_PASSWORD: password },
    });
    let address: string | undefined;
    for await (const line of createInterface({ input: started.stdout })) {
      const said = saidSchema.parse(JSON.parse(line));
      address = said.onvifAddress ?? address;
      if (said.event === 'ready' && address !== undefined) return new CameraProcess(started, address);
    }
    throw new Error('the virtual camera ended before it was ready');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(name);
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL');
  }
}
