import { z } from 'zod';
import { sourceIdSchema, utcMsSchema } from '../../units-of-measure/index.ts';

/** What a recorder finds wrong with itself. Kinds may be added; none is ever renamed. */
export const recorderFaultKinds = [
  /** Space runs out, or footage is not kept for want of it. */
  'disk',
  /** Footage has waited too long to be proven in the archive. */
  'spool-age',
  /** The archive cannot be used. */
  'archive',
  /** The wall clock was stepped, drifts or is not to be believed. */
  'clock',
  /** A write or sync failed: what that file holds is not sure. */
  'fsync',
  /** The archive gave back other bytes than were sent. */
  'proof-failed',
  /** A source's picture does not change at all: the camera sends one picture again and again. */
  'picture-frozen',
  /** A source's picture shows nothing: it is black, or the lens is covered. */
  'picture-blank',
  /** A source's footage comes again, byte for byte. */
  'picture-repeats',
  /** A source's sound lacks even the noise of a quiet room. */
  'sound-silent',
  /** A source's sound is at its limit much of the time. */
  'sound-clipped',
  /** A source's sound is the hum of the mains and nothing else. */
  'sound-hum',
  /** Under a camera's address another device answers, or it no longer says who it is. */
  'identity',
] as const;
export const recorderFaultKindSchema = z.enum(recorderFaultKinds);
export type RecorderFaultKind = z.infer<typeof recorderFaultKindSchema>;

/** One fault that stands now; at most one of a kind for a source, or for the recorder as a whole. */
export const recorderFaultSchema = z.strictObject({
  kind: recorderFaultKindSchema,
  sourceId: sourceIdSchema.optional(),
  since: utcMsSchema,
  /** One line of what was seen, without secrets. */
  evidence: z.string().max(300),
});
export type RecorderFault = z.infer<typeof recorderFaultSchema>;
