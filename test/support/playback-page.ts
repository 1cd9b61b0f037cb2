import type { Page } from 'playwright-core';
import { LAP_FRAMES, MAIN_FRAMES_PER_SECOND } from '../../scripts/virtual-camera/index.ts';

export const frameMs = 1000 / MAIN_FRAMES_PER_SECOND;

/** Signed in already: opens playback of a counter at a moment and states a reason. Resolves with a picture on screen. */
export async function openPlayback(
  page: Page,
  origin: string,
  counterId: string,
  atMs: number,
): Promise<void> {
  await page.goto(`${origin}/playback?counter=${counterId}&at=${Math.round(atMs)}`);
  const reason = page.locator('.playback-reason textarea').first();
  await reason.or(page.locator('.playback-lead video')).first().waitFor();
  if (await reason.isVisible()) {
    await reason.fill('Khiếu nại qua đường dây nóng VA-2026-0117');
    await page.locator('.playback-reason button[type="submit"]').click();
  }
  await pictureThere(page);
}

/** Resolves when the large picture shows the frame it was told to, and nothing is on its way to it. */
export async function pictureThere(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('.playback-lead video');
    return video !== null && video.readyState >= 2 && !video.seeking;
  });
}

export interface ShownFrame {
  /** Burnt into the picture by the camera, modulo the length of its lap. */
  readonly number: number;
  /** What the page says the time of that frame is, UTC ms. */
  readonly stampMs: number;
}

/** The large picture's frame number, read from its pixels, with the time the page states for it. */
export async function shownFrame(page: Page): Promise<ShownFrame> {
  const read = await page.evaluate(async () => {
    const video = document.querySelector<HTMLVideoElement>('.playback-lead video');
    if (video === null) throw new Error('no large picture');
    const canvas = document.createElement('canvas');
    const on = canvas.getContext('2d');
    if (on === null) throw new Error('no canvas');
    canvas.width = 640;
    canvas.height = 64;
    const draw = () => {
      // A box is a thirtieth of the width: working copies are smaller than what was recorded.
      const box = video.videoWidth / 30;
      on.drawImage(video, 0, 0, 10 * box, box, 0, 0, 640, 64);
      const bits = Array.from(
        { length: 10 },
        (_, bit) => (on.getImageData(bit * 64 + 32, 32, 1, 1).data[0] ?? 0) > 127,
      );
      const stamp = document.querySelector('.playback-stamp span')?.textContent ?? '';
      return { number: bits.reduce((sum, set, bit) => sum + (set ? 2 ** bit : 0), 0), stamp };
    };
    if (video.paused) return draw();
    return new Promise<{ number: number; stamp: string }>((resolve) => {
      video.requestVideoFrameCallback(() => resolve(draw()));
    });
  });
  const [hours = 0, minutes = 0, seconds = 0] = read.stamp.replace(' UTC', '').split(':').map(Number);
  return { number: read.number, stampMs: Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000) };
}

/** The frame number burnt into the small picture under the pointer, once that is there. */
export async function hoveredNumber(page: Page): Promise<number> {
  const image = page.locator('.timeline-hover img');
  await image.waitFor();
  return image.evaluate(async (picture: HTMLImageElement) => {
    await picture.decode();
    const canvas = document.createElement('canvas');
    const on = canvas.getContext('2d');
    if (on === null) throw new Error('no canvas');
    const box = picture.naturalWidth / 30;
    on.drawImage(picture, 0, 0);
    return Array.from({ length: 10 }, (_, bit) => bit).reduce((sum, bit) => {
      const [luma = 0] = on.getImageData(Math.floor((bit + 0.5) * box), Math.floor(box / 2), 1, 1).data;
      return sum + (luma > 127 ? 2 ** bit : 0);
    }, 0);
  });
}

/** The frame of a picture at rest: the compositor may still be on its way to it when the element says it is there. */
export async function restingFrame(page: Page): Promise<ShownFrame> {
  let before = await shownFrame(page);
  for (;;) {
    await page.waitForTimeout(300);
    const now = await shownFrame(page);
    if (now.number === before.number) return now;
    before = now;
  }
}

/** Frames from one shown frame to a later one less than a lap after it, by the camera's own numbers. */
export const framesBetween = (before: ShownFrame, after: ShownFrame): number =>
  (after.number - before.number + LAP_FRAMES) % LAP_FRAMES;

/** By how many frames the camera's numbers and the times the page states disagree between two frames, laps left out. */
export function framesAstray(before: ShownFrame, after: ShownFrame): number {
  const stated = (after.stampMs - before.stampMs) / frameMs;
  const astray = (((framesBetween(before, after) - stated) % LAP_FRAMES) + LAP_FRAMES) % LAP_FRAMES;
  return Math.min(astray, LAP_FRAMES - astray);
}

/** How far each element is from the leading one on the wall clock, ms, by the dates of the playlists; sampled over a second. */
export async function offsetsFromLead(page: Page): Promise<readonly number[][]> {
  return page.evaluate(async () => {
    const elements = [
      ...document.querySelectorAll<HTMLMediaElement>('.playback-stage video, .playback-stage audio'),
    ];
    const addresses = performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.endsWith('/index.m3u8'));
    const utcOf = await Promise.all(
      elements.map(async (element) => {
        const address = addresses.findLast((name) => name.includes(element.dataset['source'] ?? '?')) ?? '';
        const lines = (await (await fetch(address)).text()).split('\n');
        const pieces: { startS: number; utcMs: number }[] = [];
        let startS = 0;
        let utcMs = 0;
        for (const line of lines) {
          if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) utcMs = Date.parse(line.slice(25));
          if (line.startsWith('#EXTINF:')) {
            const durationS = Number.parseFloat(line.slice(8));
            pieces.push({ startS, utcMs });
            startS += durationS;
            // A piece without a date of its own follows the one before.
            utcMs += durationS * 1000;
          }
        }
        return (mediaS: number) => {
          const piece = pieces.findLast((each) => each.startS <= mediaS);
          return piece === undefined ? Number.NaN : piece.utcMs + (mediaS - piece.startS) * 1000;
        };
      }),
    );
    const samples: number[][] = [];
    for (let index = 0; index < 20; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const at = elements.map((element, which) => utcOf[which]?.(element.currentTime) ?? Number.NaN);
      samples.push(at.slice(1).map((utcMs) => utcMs - (at[0] ?? Number.NaN)));
    }
    return samples;
  });
}
