import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { DeviceIdentity, DiscoveredDevice } from '@minhbach/shared/protocol';
import { AddressGuard, type AllowedNetworks } from './address-guard.ts';
import type { CameraDriver, DescribedDevice, DeviceClockReading, DescribedProfile } from './camera-driver.ts';
import { CameraProblem } from './camera-problem.ts';
import { parseServiceAddress } from './device-address.ts';
import {
  rawDeviceSchema,
  rawDiscoveredSchema,
  rawIdentitySchema,
  rawProfileSchema,
  type OnvifReply,
  type OnvifRequest,
} from './onvif-request.ts';

const deadlineMs = 8_000;
/** node-onvif listens for 3 s; the rest is for a busy machine. */
const discoveryDeadlineMs = 6_000;
const maxAnswerBytes = 1024 * 1024;
const maxDiscovered = 500;
/** A clock without a battery says 1970 or so: not a fault, and the very thing to be told. */
const clockReadingSchema = z.object({
  offsetMs: z.number().transform(Math.round).pipe(z.int()),
  errorMs: z.number().transform(Math.ceil).pipe(z.int().min(0)),
});
const uriSchema = z.string().min(1).max(2_000);

type Operation = OnvifRequest extends infer Request
  ? Request extends OnvifRequest
    ? Omit<Request, 'networks' | 'maxAnswerBytes'>
    : never
  : never;

/** The camera driver of the product: each conversation in a thread that is ended when its time is up. */
export class OnvifDriver implements CameraDriver {
  readonly #networks: AllowedNetworks;

  constructor(networks: AllowedNetworks) {
    this.#networks = networks;
  }

  async discover(signal: AbortSignal): Promise<DiscoveredDevice[]> {
    const answer = await this.#ask({ operation: 'discover' }, signal, discoveryDeadlineMs);
    const found = rawDiscoveredSchema.parse(answer);
    const guard = new AddressGuard(this.#networks);
    const devices = new Map<string, DiscoveredDevice>();
    for (const { addresses, name, hardware } of found) {
      const address = addresses.find((candidate) => mayBeUsed(candidate, guard));
      if (address === undefined || devices.size >= maxDiscovered) continue;
      devices.set(address, { address, name: decoded(name), hardware: decoded(hardware) });
    }
    return [...devices.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  async probe(login: Parameters<CameraDriver['probe']>[0], signal: AbortSignal): Promise<DescribedDevice> {
    const raw = shaped(rawDeviceSchema, await this.#ask({ operation: 'describe', login }, signal));
    const profiles = raw.profiles.flatMap((profile) => {
      const parsed = rawProfileSchema.safeParse(profile);
      return parsed.success ? [describedProfile(parsed.data)] : [];
    });
    return { ...raw, profiles: profiles.slice(0, 64) };
  }

  async streamAddress(
    ...[login, profile, signal]: Parameters<CameraDriver['streamAddress']>
  ): Promise<string> {
    return shaped(uriSchema, await this.#ask({ operation: 'stream-uri', login, profile }, signal));
  }

  async snapshotUri(...[login, profile, signal]: Parameters<CameraDriver['snapshotUri']>): Promise<string> {
    return shaped(uriSchema, await this.#ask({ operation: 'snapshot-uri', login, profile }, signal));
  }

  async clockReading(
    ...[login, signal]: Parameters<CameraDriver['clockReading']>
  ): Promise<DeviceClockReading> {
    return shaped(clockReadingSchema, await this.#ask({ operation: 'clock-reading', login }, signal));
  }

  async identity(...[login, signal]: Parameters<CameraDriver['identity']>): Promise<DeviceIdentity> {
    const identity = told(
      shaped(rawIdentitySchema, await this.#ask({ operation: 'identity', login }, signal)),
    );
    if (Object.keys(identity).length > 0) return identity;
    throw new CameraProblem('not-onvif', 'the device tells nothing of who it is');
  }

  async #ask(operation: Operation, signal: AbortSignal, limitMs = deadlineMs): Promise<unknown> {
    signal.throwIfAborted();
    const request: OnvifRequest = { ...operation, networks: this.#networks, maxAnswerBytes };
    const worker = new Worker(workerFile(), {
      workerData: request,
      // Neither an XML bomb nor a chatty library costs more than this thread.
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 },
      env: {},
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    try {
      return await replyOf(worker, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), signal);
    } finally {
      await worker.terminate();
    }
  }
}

async function replyOf(worker: Worker, ending: AbortSignal, callers: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => {
      reject(
        callers.aborted && callers.reason instanceof Error
          ? callers.reason
          : new CameraProblem('timeout', 'the device did not finish its answers in time'),
      );
    };
    ending.addEventListener('abort', onEnd, { once: true });
    worker.once('message', (reply: OnvifReply) => {
      ending.removeEventListener('abort', onEnd);
      if (reply.ok) resolve(reply.answer);
      else reject(new CameraProblem(reply.code, reply.message));
    });
    // What a library throws from a callback, and running out of memory, arrive here.
    worker.once('error', () => {
      ending.removeEventListener('abort', onEnd);
      reject(new CameraProblem('not-onvif', 'the device answered with what no ONVIF device sends'));
    });
  });
}

/** From source, as in tests, the thread still needs the built file: threads load no TypeScript. */
function workerFile(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/cameras/onvif-worker.js' : './onvif-worker.js',
    import.meta.url,
  );
}

function shaped<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.infer<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new CameraProblem('not-onvif', 'the device answered with what no ONVIF device sends');
}

function describedProfile(raw: z.infer<typeof rawProfileSchema>): DescribedProfile {
  const { token, name, adapter, encoding, widthPx = 0, heightPx = 0, framesPerSecond = 0 } = raw;
  return {
    token,
    name: name === '' ? token : name,
    adapter,
    ...(encoding === undefined
      ? {}
      : {
          video: {
            codec: videoCodec(encoding),
            widthPx: Math.round(widthPx),
            heightPx: Math.round(heightPx),
            framesPerSecond,
          },
        }),
    ...(raw.audioEncoding === undefined ? {} : { audio: audioOf(raw.audioEncoding, raw.audioSampleRate) }),
  };
}

/** Only what was told, so that two answers can be held against each other. */
function told({ macAddresses, ...words }: z.infer<typeof rawIdentitySchema>): DeviceIdentity {
  const macs = macAddresses
    .map((address) => address.toLowerCase().replaceAll('-', ':'))
    .filter((address) => /^([\da-f]{2}:){5}[\da-f]{2}$/.test(address) && address !== '00:00:00:00:00:00');
  const kept = [...new Set(macs)].sort().slice(0, 16);
  return {
    ...Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined && word !== '')),
    ...(kept.length === 0 ? {} : { macAddresses: kept }),
  };
}

function videoCodec(encoding: string): 'h264' | 'h265' | 'other' {
  if (/^h\.?264$|^avc$/i.test(encoding)) return 'h264';
  return /^h\.?265$|^hevc$/i.test(encoding) ? 'h265' : 'other';
}

/** ONVIF states the rate in kHz; some devices in Hz. */
function audioOf(codec: string, rate: number | undefined): { codec: string; sampleRateHz?: number } {
  if (rate === undefined || rate === 0) return { codec };
  return { codec, sampleRateHz: Math.round(rate < 1_000 ? rate * 1_000 : rate) };
}

function mayBeUsed(address: string, guard: AddressGuard): boolean {
  if (address.length > 300) return false;
  try {
    return guard.faultOf(parseServiceAddress(address).host) === undefined;
  } catch {
    return false;
  }
}

/** Scopes are URIs: names come percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text).slice(0, 200);
  } catch {
    return text;
  }
}
