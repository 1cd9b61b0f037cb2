import { z } from 'zod';
import type { AllowedNetworks } from './address-guard.ts';
import type { OnvifLogin, ProfileReference } from './camera-driver.ts';
import type { JobProblem } from '@minhbach/shared/protocol';

/** What the worker is started with; it answers once and ends. */
export type OnvifRequest = { readonly networks: AllowedNetworks; readonly maxAnswerBytes: number } & (
  | { readonly operation: 'discover' }
  | { readonly operation: 'describe' | 'clock-reading' | 'identity'; readonly login: OnvifLogin }
  | {
      readonly operation: 'stream-uri' | 'snapshot-uri';
      readonly login: OnvifLogin;
      readonly profile: ProfileReference;
    }
);

export type OnvifReply =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly code: JobProblem['code']; readonly message: string };

/** Text a device chose: no control characters, at most `maxLength` UTF-16 units, never half a character. */
export function deviceText(maxLength: number) {
  return z
    .union([z.string(), z.number(), z.boolean(), z.date()])
    .transform((value) => (value instanceof Date ? value.toISOString() : String(value)))
    .transform((text) => {
      // Control characters, and those that turn the direction of the text after them.
      const clean = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, ' ').trim();
      return clean.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
    });
}

/** A number a device chose, or nothing when it is no such number. */
export function deviceNumber(max: number) {
  return z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,9}(\.\d{1,9})?$/)
        .transform(Number),
    ])
    .refine((value) => value >= 0 && value <= max)
    .optional()
    .catch(undefined);
}

export const rawProfileSchema = z.object({
  // A token is sent back as it was, so it is taken whole or not at all.
  token: z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((token) => token.length > 0 && token.length <= 100),
  name: deviceText(200).catch(''),
  encoding: deviceText(20).optional().catch(undefined),
  widthPx: deviceNumber(20_000),
  heightPx: deviceNumber(20_000),
  framesPerSecond: deviceNumber(1_000),
  audioEncoding: deviceText(30).optional().catch(undefined),
  audioSampleRate: deviceNumber(1_000_000),
  adapter: z.enum(['node-onvif', 'onvif']),
});

export const rawDeviceSchema = z.object({
  manufacturer: deviceText(200).optional().catch(undefined),
  model: deviceText(200).optional().catch(undefined),
  firmware: deviceText(200).optional().catch(undefined),
  clockOffsetMs: z.number().transform(Math.round).pipe(z.int()).optional().catch(undefined),
  profiles: z.array(z.unknown()).max(1_000),
});

export const rawDiscoveredSchema = z.array(
  z.object({ addresses: z.array(z.string()).max(50), name: deviceText(200), hardware: deviceText(200) }),
);

const identityWord = deviceText(100).optional().catch(undefined);

export const rawIdentitySchema = z.object({
  manufacturer: identityWord,
  model: identityWord,
  serialNumber: identityWord,
  hardwareId: identityWord,
  macAddresses: z.array(deviceText(40)).max(64).catch([]),
  tlsKey: identityWord,
});
