import { expect, test } from '@jest/globals';
import { readFrameStrip } from './frame-strip.ts';

const WIDTH = 300;
const BOX = WIDTH / 30;

/** Paints boxes as the strip defines them: ten bits, white, black, parity. */
function picture(boxes: readonly boolean[], white = 235, black = 16): Uint8Array {
  const luma = new Uint8Array(WIDTH * BOX * 2).fill(128);
  boxes.forEach((isWhite, box) => {
    for (let y = 0; y < BOX; y += 1)
      luma.fill(isWhite ? white : black, y * WIDTH + box * BOX, y * WIDTH + (box + 1) * BOX);
  });
  return luma;
}

function boxesOf(number: number): boolean[] {
  const bits = Array.from({ length: 10 }, (_, index) => (number & (1 << index)) !== 0);
  return [...bits, true, false, bits.filter(Boolean).length % 2 === 1];
}

test('reads every number of a lap, bright or dim', () => {
  for (let number = 0; number < 1000; number += 1) {
    expect(readFrameStrip(picture(boxesOf(number)), WIDTH)).toBe(number);
  }
  expect(readFrameStrip(picture(boxesOf(777), 150, 40), WIDTH)).toBe(777);
});

test('one box read wrong is noticed, and so is a picture without a strip', () => {
  for (let box = 0; box < 10; box += 1) {
    const boxes = boxesOf(341);
    boxes[box] = !boxes[box];
    expect(readFrameStrip(picture(boxes), WIDTH)).toBeUndefined();
  }
  expect(readFrameStrip(new Uint8Array(WIDTH * BOX * 2).fill(16), WIDTH)).toBeUndefined();
  expect(readFrameStrip(picture(boxesOf(1001)), WIDTH)).toBeUndefined();
});
