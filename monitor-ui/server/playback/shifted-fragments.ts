import { Transform, type TransformCallback } from 'node:stream';
import { BoxSplitter, shiftTfdt } from '@minhbach/shared/media';

/** Passes fragments on with `shiftTicks` added to their decode times; lengths stay. Errors with `MediaError`. */
export class ShiftedFragments extends Transform {
  readonly #splitter = new BoxSplitter();
  readonly #shiftTicks: number;

  constructor(shiftTicks: number) {
    super();
    this.#shiftTicks = shiftTicks;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      for (const { kind, bytes } of this.#splitter.push(chunk)) {
        const own = Buffer.from(bytes);
        if (kind === 'fragment') shiftTfdt(own, this.#shiftTicks);
        this.push(own);
      }
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
