import type { ExportFailure, ExportWait } from '@minhbach/shared/protocol';

/** What is wanted is still to come; asking again later is all there is to do. */
export class ExportWaitsError extends Error {
  readonly waitsFor: ExportWait;

  constructor(waitsFor: ExportWait, options: { readonly cause?: unknown } = {}) {
    super(`the package waits for ${waitsFor}`, options);
    this.name = 'ExportWaitsError';
    this.waitsFor = waitsFor;
  }
}

/** Waiting would not help. */
export class ExportFailedError extends Error {
  readonly failure: ExportFailure;

  constructor(failure: ExportFailure, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ExportFailedError';
    this.failure = failure;
  }
}
