import { z } from 'zod';

/**
 * `mb1.<fingerprint>.<secret>`: SHA-256 of the monitor's raw public key (base64url, 43 characters) and a one-time
 * secret (base64url, 22 characters or more). Typed or pasted by the person who installs the recorder.
 */
export const enrolmentCodeSchema = z
  .string()
  .trim()
  .regex(
    /^mb1\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{22,64}$/,
    'an enrolment code looks like mb1.<43 characters>.<22 characters>',
  )
  .transform((code) => {
    const [, fingerprint = '', secret = ''] = code.split('.');
    return { monitorKeyFingerprint: fingerprint, secret };
  });
export type EnrolmentCode = z.infer<typeof enrolmentCodeSchema>;
