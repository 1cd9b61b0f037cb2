import { z } from 'zod';
import { GOP_SECONDS } from './media/lap.ts';
import { PICTURE_KINDS } from './media/picture-recipe.ts';
import { SOUND_KINDS } from './media/sound-recipe.ts';
import { tlsPemSchema } from './onvif/tls-pem.ts';

const MAIN_PICTURE_KINDS = PICTURE_KINDS.filter((kind) => kind !== 'sub');

const percent = z.number().min(0).max(100).default(0);

/** What can be made to go wrong, while the camera runs. Faults add up; `reset` ends them all. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Nothing is sent any more; the connections stay open. */
  z.strictObject({ kind: z.literal('stop-sending') }),
  /** One picture again and again, from the next keyframe on; timestamps go on. */
  z.strictObject({ kind: z.literal('freeze') }),
  /** A black picture without frame number, from the next frame on. */
  z.strictObject({ kind: z.literal('black') }),
  /** The last seconds (rounded up to whole GOPs) over and over, picture and sound, from the next keyframe on. */
  z.strictObject({
    kind: z.literal('loop'),
    seconds: z
      .number()
      .min(GOP_SECONDS)
      .max(20)
      .default(3 * GOP_SECONDS),
  }),
  /** Sound packets go on and are silent. */
  z.strictObject({ kind: z.literal('mute') }),
  /** Sound packets go on and carry the hum of the mains, as from a microphone whose cable is broken. */
  z.strictObject({ kind: z.literal('hum') }),
  /** Sound packets go on and carry the sound so loud that most of it is cut off. */
  z.strictObject({ kind: z.literal('overdrive') }),
  /** Sound stays announced and no packet of it is sent. */
  z.strictObject({ kind: z.literal('no-audio-packets') }),
  /**
   * Another picture or sound for whoever connects next; ONVIF says so at once. `running`: a picture of the same codec
   * is sent from the next keyframe on to those connected too, without a word.
   */
  z.strictObject({
    kind: z.literal('media'),
    picture: z.enum([...MAIN_PICTURE_KINDS, 'none']).optional(),
    sound: z.enum([...SOUND_KINDS, 'none']).optional(),
    running: z.boolean().default(false),
  }),
  /** Somebody changed the login: running connections end, the old one is refused. */
  z.strictObject({
    kind: z.literal('credentials'),
    username: z.string().min(1).max(100).optional(),
    password: z.string().min(1).max(100),
  }),
  /** Another device answers under the same address: these of ONVIF's answers change, for whoever asks next; its media do not. */
  z.strictObject({
    kind: z.literal('identity'),
    serialNumber: z.string().min(1).max(64).optional(),
    hardwareId: z.string().min(1).max(64).optional(),
    macAddress: z
      .string()
      .regex(/^([\da-f]{2}:){5}[\da-f]{2}$/i, 'must be six pairs of hex digits with colons')
      .optional(),
  }),
  /** Another key and certificate on the ONVIF port of a camera that speaks TLS, for whoever connects next. */
  z.strictObject({ kind: z.literal('certificate'), pem: tlsPemSchema }),
  /** ONVIF requests are refused, as by a device that knows no ONVIF; streams go on. */
  z.strictObject({ kind: z.literal('no-onvif') }),
  /** The camera's clock is off: ONVIF time, RTCP reports. */
  z.strictObject({ kind: z.literal('clock'), offsetSeconds: z.number().min(-1e9).max(1e9) }),
  /** RTP timestamps jump once, by this much; what RTCP reports say of them jumps with them. */
  z.strictObject({ kind: z.literal('timestamp-jump'), seconds: z.number().min(-40_000).max(40_000) }),
  /** From now on RTP timestamps run this many times as fast as time; below 0 backwards, 0 stands still. RTCP says the same. */
  z.strictObject({ kind: z.literal('timestamp-speed'), factor: z.number().min(-1_000).max(1_000) }),
  /** Of the RTP packets of a track these shares are lost, swapped with the next, or have a byte of them overwritten. */
  z.strictObject({
    kind: z.literal('bad-line'),
    lossPercent: percent,
    reorderPercent: percent,
    corruptPercent: percent,
  }),
  /** Every unit is sent this many times over, each time as packets of their own. */
  z.strictObject({ kind: z.literal('flood'), times: z.int().min(2).max(1_000) }),
  /** Every nth RTP packet is left out; 1 leaves out all of them. */
  z.strictObject({ kind: z.literal('drop-packets'), everyNth: z.int().min(1).max(1_000_000) }),
  /** All RTSP connections are closed once; new ones are taken. */
  z.strictObject({ kind: z.literal('close-sessions') }),
  /** All RTSP connections are closed and new ones refused. */
  z.strictObject({ kind: z.literal('refuse-connections') }),
  /** RTSP connections are taken and requests never answered. */
  z.strictObject({ kind: z.literal('ignore-requests') }),
  z.strictObject({ kind: z.literal('reset') }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type IdentityFault = Extract<Fault, { kind: 'identity' }>;
export type MediaFault = Extract<Fault, { kind: 'media' }>;
export type ContentFault = Extract<
  Fault,
  { kind: 'freeze' | 'black' | 'loop' | 'mute' | 'hum' | 'overdrive' }
>;
