import type { JobProblem } from '@minhbach/shared/protocol';

/** Why a camera could not be used. The message is one sentence for people, without credentials. */
export class CameraProblem extends Error {
  readonly code: JobProblem['code'];

  constructor(code: JobProblem['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CameraProblem';
    this.code = code;
  }
}
