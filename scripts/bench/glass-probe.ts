/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** One frame as it reached the screen. */
export interface GlassFrame {
  readonly sourceId: string;
  readonly width: number;
  /** Brightness in the middle of each box of the burnt-in strip; empty when it was not read in time. */
  readonly boxes: readonly number[];
  readonly mediaTimeS: number;
  readonly displayedUtcMs: number;
  /** `performance.now()` of the page at which the browser expected it on screen. */
  readonly displayedAtMs: number;
}

/** What the page did since it began to load, in its `performance.now()`. */
export interface GlassEvent {
  readonly kind: 'pointerdown' | 'keydown' | 'video' | 'seeking' | 'counters';
  readonly atMs: number;
  readonly sourceId: string;
  /** `seeking`: the place sought. */
  readonly mediaTimeS: number;
  /** `seeking`: whether that place was in the buffer already. */
  readonly buffered: boolean;
}

interface GlassLog {
  readonly frames: GlassFrame[];
  readonly events: GlassEvent[];
  /** Lengths of what kept the page's main thread busy for more than 50 ms. */
  readonly longTasksMs: number[];
}

declare global {
  interface Window {
    __glass?: {
      /** Whether strips are read; frames are noted in any case. */
      reading: boolean;
      /** What was noted since the last call. */
      take(): Promise<GlassLog>;
    };
    __minhBachLive?: {
      readonly pictures: Map<
        string,
        {
          stats(): {
            readonly framesShown: number;
            readonly stalls: number;
            readonly jumps: number;
            readonly frames: readonly {
              readonly displayedAtMs: number;
              readonly ageMs: number | undefined;
            }[];
          };
        }
      >;
      readonly sounds: Map<
        string,
        {
          /** Undefined until the browser was asked what it can decode. */
          stats():
            | {
                readonly clock: string;
                readonly stalls: number;
                readonly seeks: number;
                readonly offsetsMs: readonly number[];
              }
            | undefined;
        }
      >;
    };
  }
}

/**
 * Runs in the page, before anything of it. Notes every frame of every video at `requestVideoFrameCallback`. Of the
 * picture only two lines through the strip are copied, straight from the decoded frame: reading back a canvas would
 * convert all of it and slow down what is measured.
 */
export function installGlassProbe(): void {
  let frames: GlassFrame[] = [];
  let events: GlassEvent[] = [];
  let longTasksMs: number[] = [];
  let pending: Promise<void>[] = [];
  let countersSeen = false;
  const boxCount = 13;
  const note = (
    kind: GlassEvent['kind'],
    atMs: number,
    sourceId = '',
    mediaTimeS = 0,
    buffered = false,
  ): void => {
    events.push({ kind, atMs, sourceId, mediaTimeS, buffered });
  };

  const readBoxes = async (video: HTMLVideoElement, mediaTimeS: number): Promise<number[]> => {
    const frame = new VideoFrame(video);
    try {
      // A later frame than the one told of: its number would be taken for that of the one before.
      if (Math.abs(frame.timestamp / 1e6 - mediaTimeS) > 0.002) return [];
      const box = video.videoWidth / 30;
      const rect = {
        x: 0,
        y: 2 * Math.floor(box / 4),
        width: 2 * Math.ceil((box * boxCount) / 2),
        height: 2,
      };
      const bytes = new Uint8Array(frame.allocationSize({ rect }));
      const [luma] = await frame.copyTo(bytes, { rect });
      const from = luma?.offset ?? 0;
      return Array.from(
        { length: boxCount },
        (_, index) => bytes[from + Math.floor((index + 0.5) * box)] ?? 0,
      );
    } finally {
      frame.close();
    }
  };

  const watch = (video: HTMLVideoElement): void => {
    note('video', performance.now(), video.dataset['source']);
    video.addEventListener('seeking', () => {
      const { buffered, currentTime } = video;
      const inBuffer = Array.from({ length: buffered.length }, (_, index) => index).some(
        (index) => buffered.start(index) <= currentTime && currentTime < buffered.end(index),
      );
      note('seeking', performance.now(), video.dataset['source'], currentTime, inBuffer);
    });
    const shown = (_now: number, { mediaTime, expectedDisplayTime }: VideoFrameCallbackMetadata): void => {
      video.requestVideoFrameCallback(shown);
      const told = {
        sourceId: video.dataset['source'] ?? '',
        width: video.videoWidth,
        mediaTimeS: mediaTime,
        displayedAtMs: expectedDisplayTime,
        displayedUtcMs: Date.now() + (expectedDisplayTime - performance.now()),
      };
      if (window.__glass?.reading !== true) {
        frames.push({ ...told, boxes: [] });
        return;
      }
      pending.push(
        readBoxes(video, mediaTime).then(
          (boxes) => void frames.push({ ...told, boxes }),
          () => void frames.push({ ...told, boxes: [] }),
        ),
      );
    };
    video.requestVideoFrameCallback(shown);
  };

  const known = new WeakSet<HTMLVideoElement>();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) {
      if (known.has(video)) continue;
      known.add(video);
      watch(video);
    }
    if (countersSeen || document.querySelector('.wall-counter') === null) return;
    countersSeen = true;
    requestAnimationFrame((atMs) => note('counters', atMs));
  }).observe(document, { childList: true, subtree: true });
  addEventListener('pointerdown', ({ timeStamp }) => note('pointerdown', timeStamp), { capture: true });
  addEventListener('keydown', ({ timeStamp }) => note('keydown', timeStamp), { capture: true });

  new PerformanceObserver((list) => {
    longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });

  window.__glass = {
    reading: false,
    async take() {
      const started = pending;
      pending = [];
      await Promise.all(started);
      const taken = { frames, events, longTasksMs };
      frames = [];
      events = [];
      longTasksMs = [];
      return taken;
    },
  };
}
