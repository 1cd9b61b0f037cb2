export type VirtualCameraErrorCode =
  | 'footage-missing'
  | 'tool-missing'
  | 'encode-failed'
  | 'media-unreadable'
  | 'port-unavailable'
  | 'options-invalid'
  | 'fault-invalid';

/** What went wrong while preparing or serving a virtual camera: one sentence, and a code to test for. */
export class VirtualCameraError extends Error {
  readonly code: VirtualCameraErrorCode;

  constructor(code: VirtualCameraErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VirtualCameraError';
    this.code = code;
  }
}
