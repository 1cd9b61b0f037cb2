/** Closers in reverse order; Node 20 has no AsyncDisposableStack yet. */
export class ClosingStack {
  readonly #closers: (() => Promise<unknown>)[] = [];

  defer(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }
}
