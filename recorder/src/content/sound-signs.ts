/** What a sound's bytes tell without being decoded. `even`: every frame takes the same. `small`: hardly anything. */
export type SoundSign = 'even' | 'small';

/** One AAC frame of silence takes no more; the noise of a quiet room does: see DESIGN. */
const smallBytes = 16;
/** Over so much sound. */
const spanMs = 1_000;

/** One source's sound as its bytes go by. */
export class SoundSigns {
  #span = { ms: 0, bytes: 0, frames: 0, least: Infinity, most: 0 };
  #signs: ReadonlySet<SoundSign> = new Set();

  /** Of the last whole second. */
  get signs(): ReadonlySet<SoundSign> {
    return this.#signs;
  }

  restart(): void {
    this.#span = { ms: 0, bytes: 0, frames: 0, least: Infinity, most: 0 };
  }

  /** True when a second is full and `signs` are new. */
  add(bytes: number, frames: number, durationMs: number): boolean {
    const span = this.#span;
    span.ms += durationMs;
    span.bytes += bytes;
    span.frames += frames;
    span.least = Math.min(span.least, bytes / frames);
    span.most = Math.max(span.most, bytes / frames);
    if (span.ms < spanMs) return false;
    const signs = new Set<SoundSign>();
    if (span.most - span.least <= 1) signs.add('even');
    if (span.bytes / span.frames <= smallBytes) signs.add('small');
    this.#signs = signs;
    this.restart();
    return true;
  }
}
