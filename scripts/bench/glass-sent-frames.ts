import { z } from 'zod';
import { readFrameStrip } from '../virtual-camera/index.ts';
import type { GlassFrame } from './glass-probe.ts';
import type { GlassCounter } from './glass-browser.ts';

const framesSchema = z.looseObject({
  frames: z.array(z.looseObject({ lapIndex: z.number().nullable(), sentAtUtcMs: z.number() })),
});
const camerasSchema = z.looseObject({ cameras: z.array(z.looseObject({ name: z.string() })) });

/** Camera of the virtual devices behind each picture source, by the name it was registered with. */
export async function cameraNames(
  control: string,
  counters: readonly GlassCounter[],
): Promise<ReadonlyMap<string, string>> {
  const { cameras } = camerasSchema.parse(await (await fetch(`${control}/cameras`)).json());
  const sources = counters.flatMap((counter) => counter.sources).filter(({ kind }) => kind === 'camera');
  return new Map(
    sources.flatMap((source): [string, string][] => {
      const fits = cameras.filter(({ name }) => source.name.startsWith(name));
      const [best] = fits.toSorted((a, b) => b.name.length - a.name.length);
      return best === undefined ? [] : [[source.id, best.name]];
    }),
  );
}

/** When a camera sent each frame. Numbers come again every lap; the last lap before the moment asked is meant. */
export class SentFrames {
  readonly #sentAt = new Map<number, number[]>();

  private constructor(frames: z.infer<typeof framesSchema>['frames']) {
    for (const { lapIndex, sentAtUtcMs } of frames) {
      if (lapIndex === null) continue;
      const times = this.#sentAt.get(lapIndex) ?? [];
      times.push(sentAtUtcMs);
      this.#sentAt.set(lapIndex, times);
    }
  }

  static async of(
    control: string,
    camera: string,
    stream: 'main' | 'sub',
    fromUtcMs: number,
    toUtcMs: number,
  ): Promise<SentFrames> {
    const query = `stream=${stream}&from=${Math.floor(fromUtcMs)}&to=${Math.ceil(toUtcMs)}`;
    const answer = await fetch(`${control}/cameras/${encodeURIComponent(camera)}/frames?${query}`);
    return new SentFrames(framesSchema.parse(await answer.json()).frames);
  }

  /** Newest sending of this number not after `utcMs` (the clocks read whole milliseconds). */
  before(number: number, utcMs: number): number | undefined {
    return this.#sentAt.get(number)?.findLast((sentAt) => sentAt <= utcMs + 2);
  }

  /** Sending of this number nearest to `utcMs`. */
  nearest(number: number, utcMs: number): number | undefined {
    return this.#sentAt
      .get(number)
      ?.reduce((best, sentAt) => (Math.abs(sentAt - utcMs) < Math.abs(best - utcMs) ? sentAt : best));
  }
}

/** Burnt-in number of what was on screen; undefined when it could not be read. */
export function numberOf(frame: GlassFrame): number | undefined {
  if (frame.boxes.length === 0) return undefined;
  // One pixel a box is a picture thirty pixels wide.
  const line = new Uint8Array(30);
  line.set(frame.boxes);
  return readFrameStrip(line, 30);
}
