import type { JobProblem } from '@minhbach/shared/protocol';
import { CameraProblem } from './camera-problem.ts';
import { AnswerTooLong } from './guarded-agent.ts';

/** What an error of either ONVIF library means. Their messages may quote what the device sent, so they are not passed on. */
export function onvifFault(error: unknown): { readonly code: JobProblem['code']; readonly message: string } {
  if (error instanceof CameraProblem) return { code: error.code, message: error.message };
  if (error instanceof AnswerTooLong)
    return { code: 'not-onvif', message: `${error.message}; that is no ONVIF device` };
  const text = error instanceof Error ? error.message : String(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  // node-onvif turns errors of the connection, ours among them, into text.
  if (/is not allowed|no address a camera can have|outside the networks/.test(text)) {
    return {
      code: 'address-not-allowed',
      message: text.replace(/^.*?the address/, 'the address').slice(0, 300),
    };
  }
  if (
    /\b401\b|not ?authorized|unauthorized|digest auth|authority failure|invalid username|check security/i.test(
      text,
    )
  ) {
    return { code: 'login-refused', message: 'the device refused this user name and password' };
  }
  if (/more than \d+ bytes/.test(text)) {
    return { code: 'not-onvif', message: 'the device answered with more than any ONVIF device does' };
  }
  const errno = /\b(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ECONNRESET|ENOTFOUND|EPIPE)\b/.exec(
    `${code} ${text}`,
  )?.[1];
  if (errno === 'ECONNREFUSED')
    return { code: 'unreachable', message: 'nothing answers at that address and port' };
  if (
    errno !== undefined ||
    /did not accept the connection|Network timeout|has no address|was not resolved/i.test(text)
  ) {
    return { code: 'unreachable', message: `the device could not be reached${errno ? ` (${errno})` : ''}` };
  }
  return { code: 'not-onvif', message: 'what answers at that address does not speak ONVIF' };
}
