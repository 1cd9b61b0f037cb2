import { z } from 'zod';

/** What a stream carries, as probed. Only what decides the capture's arguments. */
export const streamTracksSchema = z.strictObject({
  picture: z.enum(['h264', 'h265']).optional(),
  /** `aac` is copied, anything else is encoded to AAC. */
  sound: z.enum(['aac', 'other']).optional(),
});
export type StreamTracks = z.infer<typeof streamTracksSchema>;
