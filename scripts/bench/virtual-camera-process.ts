import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const lineSchema = z.discriminatedUnion('event', [
  z.looseObject({
    event: z.literal('serving'),
    rtspUrls: z.looseObject({ main: z.string() }),
    onvifAddress: z.string(),
    epochUtcMs: z.number(),
  }),
  z.looseObject({ event: z.literal('ready'), control: z.string() }),
  z.looseObject({ event: z.literal('encoded') }),
  z.looseObject({ event: z.literal('password') }),
]);

export interface VirtualCameraProcess {
  /** Main streams, login included. */
  readonly rtspUrls: readonly string[];
  /** As a technician would type them in; frame 0 of each was due at `epochUtcMs`. */
  readonly devices: readonly {
    readonly onvifAddress: string;
    readonly username: string;
    readonly password: string;
    readonly epochUtcMs: number;
  }[];
  readonly control: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Processes run from the built scripts, also when a test calls this from the sources. */
const cameraProgram = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/scripts/virtual-camera/main.js' : '../virtual-camera/main.js',
  import.meta.url,
).pathname;

const username = 'admin';
const password = 'bench-password';

/** Cameras in a process of their own, so that their cost is not counted as the recorder's. */
export async function startVirtualCameraProcess(
  count: number,
  flags: readonly string[] = [],
): Promise<VirtualCameraProcess> {
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      process.execPath,
      cameraProgram,
      '--cameras',
      String(count),
      '--discovery-interface',
      'off',
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, VIRTUAL_CAMERA_PASSWORD: password } },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const rtspUrls: string[] = [];
  const devices: VirtualCameraProcess['devices'][number][] = [];
  const control = await new Promise<string>((resolve, reject) => {
    void exited.then(() => reject(new Error('the virtual cameras ended before they were ready')));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = lineSchema.parse(JSON.parse(text));
      if (line.event === 'serving') {
        const { onvifAddress, epochUtcMs } = line;
        devices.push({ onvifAddress, username, password, epochUtcMs });
        rtspUrls.push(line.rtspUrls.main.replace('rtsp://', `rtsp://${username}:${password}@`));
      }
      if (line.event === 'ready') resolve(line.control);
    });
  });
  return {
    rtspUrls,
    devices,
    control,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
