/** `not-found`: no such segment. `unsafe`: the database cannot be made durable. `corrupt`: its file is damaged. */
export type SpoolErrorCode =
  'not-found' | 'not-proven' | 'unsafe' | 'corrupt' | 'wrong-recorder' | 'newer-schema';

export class SpoolError extends Error {
  readonly code: SpoolErrorCode;

  constructor(code: SpoolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpoolError';
    this.code = code;
  }
}
