/**
 * `refused`: the monitor said no. `untrusted`: what answered is not the monitor that was enrolled with. `protocol`: it
 * said what it may not. `lost`: the line. `not-enrolled`: there is no enrolment code to begin with.
 */
export type UplinkErrorCode = 'refused' | 'untrusted' | 'protocol' | 'lost' | 'not-enrolled';

export class UplinkError extends Error {
  readonly code: UplinkErrorCode;

  constructor(code: UplinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UplinkError';
    this.code = code;
  }
}
