/** Bytes that are not the fMP4 this system writes or accepts. `at` is the byte offset in what was given. */
export class MediaError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'MediaError';
    this.at = at;
  }
}
