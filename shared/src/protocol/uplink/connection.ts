import { z } from 'zod';

const text = (maxLength: number) => z.string().max(maxLength);

/** How a device is reached. `onvif` finds its streams by itself; `rtsp` names one stream. */
export const deviceConnectionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('onvif'),
    /** `host`, `host:port` or `http(s)://host:port/path`. */
    address: text(300).min(1),
    username: text(100),
    password: text(200),
    /** Token of the profile to record; without it, the profile with the largest H.264 or H.265 picture. */
    profile: text(100).optional(),
  }),
  z.strictObject({
    type: z.literal('rtsp'),
    url: text(2000).min(1),
    username: text(100).optional(),
    password: text(200).optional(),
  }),
]);
export type DeviceConnection = z.infer<typeof deviceConnectionSchema>;

/** What `discover` answers, one per device that replied to WS-Discovery. */
export const discoveredDeviceSchema = z.strictObject({
  address: text(300),
  name: text(200),
  hardware: text(200),
});
export type DiscoveredDevice = z.infer<typeof discoveredDeviceSchema>;

export const videoCodecSchema = z.enum(['h264', 'h265', 'other']);
export const probedProfileSchema = z.strictObject({
  token: text(100),
  name: text(200),
  video: z
    .strictObject({
      codec: videoCodecSchema,
      widthPx: z.int(),
      heightPx: z.int(),
      framesPerSecond: z.number(),
    })
    .optional(),
  audio: z.strictObject({ codec: text(30), sampleRateHz: z.int().optional() }).optional(),
});
export type ProbedProfile = z.infer<typeof probedProfileSchema>;

/** What `probe` answers: the device as it describes itself and as its stream was seen. */
export const probeResultSchema = z.strictObject({
  manufacturer: text(200).optional(),
  model: text(200).optional(),
  firmware: text(200).optional(),
  clockOffsetMs: z.int().optional(),
  profiles: z.array(probedProfileSchema).max(64),
  /** Tokens of the profiles the recorder would record, and would show as the small live picture. */
  mainProfile: text(100).optional(),
  subProfile: text(100).optional(),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;
