/** The part of node-onvif 0.1.7 that we use; it brings no types. */
declare module 'node-onvif' {
  interface SoapAnswer {
    readonly data: Readonly<Record<string, unknown>>;
  }
  type Answered = (error: Error | null, answer: SoapAnswer) => void;

  interface MediaService {
    getProfiles(done: Answered): void;
    getStreamUri(of: { ProfileToken: string; Protocol: 'UDP' | 'HTTP' | 'RTSP' }, done: Answered): void;
    getSnapshotUri(of: { ProfileToken: string }, done: Answered): void;
  }

  interface OnvifDevice {
    address: string;
    keepAddr: boolean;
    time_diff: number;
    readonly services: {
      readonly device: {
        getSystemDateAndTime(done: Answered): void;
        getTimeDiff(): number;
        getDeviceInformation(done: Answered): void;
      };
      readonly media: MediaService | null;
    };
    _getCapabilities(): Promise<void>;
  }

  interface FoundDevice {
    readonly urn: string;
    readonly name: string;
    readonly hardware: string;
    readonly xaddrs: readonly string[];
  }

  const onvif: {
    readonly OnvifDevice: new (of: { xaddr: string; user?: string; pass?: string }) => OnvifDevice;
    startProbe(): Promise<FoundDevice[]>;
  };
  export = onvif;
}
