import type { DeviceConnection } from '@minhbach/shared/protocol';
import { startControlServer, startVirtualCamera, type VirtualCamera } from '../virtual-camera/index.ts';
import type { DemoCounter, DemoDevice } from './demo-organisation.ts';
import type { DemoState } from './demo-state.ts';
import { freePort } from './ports.ts';

export interface DemoCameras {
  /** By the device's name. */
  readonly connections: ReadonlyMap<string, DeviceConnection>;
  readonly ports: DemoState['devicePorts'];
  /** Where faults are injected and sent frames are asked for (loopback). */
  readonly controlAddress: string;
  close(): Promise<void>;
}

/** Starts every device of `counters` on the ports of the last start, so that the recorder finds them where they were. */
export async function startDemoCameras(
  of: {
    readonly counters: readonly DemoCounter[];
    readonly state: DemoState;
    readonly cacheDirectory: string;
  },
  signal: AbortSignal,
): Promise<DemoCameras> {
  const devices = of.counters.flatMap((counter) => counter.devices);
  const cameras: VirtualCamera[] = [];
  const connections = new Map<string, DeviceConnection>();
  const ports: DemoState['devicePorts'] = [];
  for (const [index, device] of devices.entries()) {
    const port = of.state.devicePorts[index] ?? { onvif: await freePort(), rtsp: await freePort() };
    ports.push(port);
    const camera = await startVirtualCamera(
      {
        ...deviceOptions(device),
        serialNumber: `demo-${index + 1}`,
        onvifPort: port.onvif,
        rtspPort: port.rtsp,
        password: of.state.cameraPassword,
        // Counters are not filmed by one camera: each is at another place of the scene, and keyframes are spread out.
        phaseMs: (index * 6_700) % 40_000,
        cacheDirectory: of.cacheDirectory,
        discovery: 'all',
      },
      signal,
      (report) => console.log(`Encoded test media once: ${report.file}`),
    );
    cameras.push(camera);
    connections.set(device.name, {
      type: 'onvif',
      address: camera.onvifAddress,
      username: 'admin',
      password: of.state.cameraPassword,
    });
  }
  const control = await startControlServer(cameras, 0, signal);
  return {
    connections,
    ports,
    controlAddress: control.address,
    close: async () => {
      await control.close();
      await Promise.all(cameras.map((camera) => camera.close()));
    },
  };
}

function deviceOptions(device: DemoDevice) {
  const picture = device.kind === 'microphone' ? ('none' as const) : ('h264' as const);
  return { name: device.name, picture, sound: device.sound };
}
