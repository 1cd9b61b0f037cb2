import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { SOUND_KINDS } from './media/sound-recipe.ts';
import { tlsPemSchema } from './onvif/tls-pem.ts';
import { VirtualCameraError } from './virtual-camera-error.ts';

const port = z.int().min(0).max(65_535).default(0);

const virtualCameraOptionsSchema = z
  .strictObject({
    /** As discovery and ONVIF tell it. */
    name: z.string().min(1).max(100).default('virtual-camera'),
    /** Tells this device from all others, and keeps its UUID from start to start; made from name and ports if absent. */
    serialNumber: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
    /** IPv4 address to listen on and to be reached at. */
    host: z.ipv4('must be an IPv4 address').default('127.0.0.1'),
    /** 0 takes any free port. */
    onvifPort: port,
    rtspPort: port,
    /** `none` is a microphone. */
    picture: z.enum(['h264', 'h264-720p', 'h265', 'none']).default('h264'),
    sound: z.enum([...SOUND_KINDS, 'none']).default('g711a'),
    soundContent: z.enum(['speech', 'click']).default('speech'),
    hasSubStream: z.boolean().default(true),
    hasMedia2: z.boolean().default(true),
    username: z.string().min(1).max(100).default('admin'),
    password: z.string().min(1).max(100),
    /** How ONVIF requests must log in. */
    soapLogin: z.enum(['username-token', 'http-digest']).default('username-token'),
    /** ONVIF is spoken over TLS with this; streams are not. */
    tls: tlsPemSchema.optional(),
    /** IPv4 address of the interface to be found on, `all`, or `off`. */
    discovery: z
      .string()
      .refine((text) => text === 'all' || text === 'off' || isIPv4(text), {
        message: 'must be the IPv4 address of an interface, all, or off',
      })
      .default('off'),
    /** Where a client's stream begins: at the next keyframe, or with whatever frame comes next. */
    start: z.enum(['keyframe', 'mid-gop']).default('keyframe'),
    /** By how much this camera is ahead in its lap: keeps many cameras from sending keyframes all at once. */
    phaseMs: z.number().min(0).max(40_000).default(0),
    /** A client that has this much waiting for it is cut off. */
    largestBacklogBytes: z.int().min(65_536).default(8_000_000),
    cacheDirectory: z.string().min(1).default('.cache/virtual-camera'),
    footageFile: z.string().min(1).optional(),
  })
  .refine((options) => options.picture !== 'none' || options.sound !== 'none', {
    message: 'a device without picture needs sound',
    path: ['sound'],
  });

export type VirtualCameraOptions = z.input<typeof virtualCameraOptionsSchema>;
export type CheckedOptions = z.infer<typeof virtualCameraOptionsSchema>;

/** Throws `options-invalid` with every fault in one sentence. */
export function checkOptions(options: VirtualCameraOptions): CheckedOptions {
  const checked = virtualCameraOptionsSchema.safeParse(options);
  if (checked.success) return checked.data;
  throw new VirtualCameraError('options-invalid', issuesOf(checked.error));
}

export function issuesOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
