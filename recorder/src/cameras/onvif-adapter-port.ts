import type { OnvifLogin } from './camera-driver.ts';

/** What both libraries are brought to say. Plain and unchecked: the other side of the worker checks it. */
export interface RawProfile {
  readonly token: unknown;
  readonly name: unknown;
  readonly encoding?: unknown;
  readonly widthPx?: unknown;
  readonly heightPx?: unknown;
  readonly framesPerSecond?: unknown;
  readonly audioEncoding?: unknown;
  readonly audioSampleRate?: unknown;
}

export interface RawDevice {
  readonly manufacturer: unknown;
  readonly model: unknown;
  readonly firmware: unknown;
  readonly clockOffsetMs: number | undefined;
  readonly profiles: readonly RawProfile[];
}

export interface OnvifAdapter {
  describe(login: OnvifLogin): Promise<RawDevice>;
  streamUri(login: OnvifLogin, profileToken: string): Promise<unknown>;
  snapshotUri(login: OnvifLogin, profileToken: string): Promise<unknown>;
}

/** As the device wrote it; texts of elements that are not there are `undefined`. */
export interface RawIdentity {
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  readonly serialNumber: string | undefined;
  readonly hardwareId: string | undefined;
  readonly macAddresses: readonly string[];
  /** Not what it wrote but what it showed to have, where it was asked over TLS. */
  readonly tlsKey: string | undefined;
}

export interface RawDiscovered {
  readonly addresses: readonly string[];
  readonly name: string;
  readonly hardware: string;
}

/** Both libraries put user names into XML as they are. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export const soapTimeoutMs = 3_000;
