import { describe, expect, it } from '@jest/globals';
import { FeedQueue, type Piece } from './feed-queue.ts';

/** Fragments whose first byte is 1 can be entered. */
const isEntry = (fragment: ArrayBuffer) => new Uint8Array(fragment)[0] === 1;
const fragment = (capturedAtMs: number, keyframe = false): Piece => ({
  kind: 'fragment',
  capturedAtMs,
  bytes: new Uint8Array([keyframe ? 1 : 0, 0]).buffer,
});
const init = (mime: string): Piece => ({ kind: 'init', mime, bytes: new ArrayBuffer(5) });

function drain(queue: FeedQueue, nowMs: number): readonly (string | number)[] {
  const taken: (string | number)[] = [];
  while (!queue.isEmpty) {
    const piece = queue.take(nowMs);
    if (piece !== undefined) taken.push(piece.kind === 'init' ? piece.mime : piece.capturedAtMs);
  }
  return taken;
}

describe('FeedQueue', () => {
  it('gives everything in order while the page keeps up, however much of the past comes at once', () => {
    const queue = new FeedQueue(isEntry);
    queue.push(init('a'), 0);
    for (let second = 0; second < 8; second += 1) queue.push(fragment(second, second % 4 === 0), 0);
    expect(queue.bytes).toBe(5 + 8 * 2);
    expect(drain(queue, 2900)).toEqual(['a', 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(queue.bytes).toBe(0);
  });

  it('goes on at the newest keyframe when the oldest waited for more than three seconds', () => {
    const queue = new FeedQueue(isEntry);
    queue.push(init('a'), 0);
    expect(queue.take(0)).toMatchObject({ mime: 'a' });
    for (let at = 0; at < 40; at += 1) queue.push(fragment(at, at % 10 === 0), at * 100);
    expect(drain(queue, 4000)).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
    expect(queue.bytes).toBe(0);
  });

  it('keeps the init segment what it goes on with needs, and no other', () => {
    const queue = new FeedQueue(isEntry);
    for (const mime of ['a', 'b']) {
      queue.push(init(mime), 0);
      queue.push(fragment(1, true), 0);
      queue.push(fragment(2), 0);
    }
    expect(drain(queue, 3001)).toEqual(['b', 1, 2]);
  });

  it('drops nothing without a keyframe to go on at', () => {
    const queue = new FeedQueue(isEntry);
    queue.push(init('a'), 0);
    queue.push(fragment(1), 0);
    queue.push(init('b'), 0);
    queue.push(fragment(2), 0);
    expect(drain(queue, 60_000)).toEqual(['a', 1, 'b', 2]);
  });
});
