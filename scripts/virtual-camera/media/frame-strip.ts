import { LAP_FRAMES } from './lap.ts';

/*
 * The frame number is burnt into the top left corner as a row of square boxes: ten bits, lowest first and
 * white for 1, then a white and a black box to set the reader's threshold, then a parity box that makes the
 * number of white boxes among bits and parity even. A box is a thirtieth of the picture's width: 64 px at 1920.
 */
const BITS = 10;
const WHITE_BOX = BITS;
const BLACK_BOX = BITS + 1;
const PARITY_BOX = BITS + 2;
const BOXES = BITS + 3;
const BOXES_PER_WIDTH = 30;

/** ffmpeg filters that burn the number in; frame n of the filtered stream is given the number n * `step`. */
export function frameStripFilter(width: number, step: number): string {
  const edge = (box: number) => Math.round((box * width) / BOXES_PER_WIDTH);
  const height = edge(1);
  const draw = (box: number, colour: string, enable?: string) =>
    `drawbox=x=${edge(box)}:y=0:w=${edge(box + 1) - edge(box)}:h=${height}:t=fill:color=${colour}` +
    (enable === undefined ? '' : `:enable='${enable}'`);
  const bit = (index: number) => `gt(bitand(n*${step},${2 ** index}),0)`;
  const bits = Array.from({ length: BITS }, (_, index) => index);
  return [
    `drawbox=x=0:y=0:w=${edge(BOXES)}:h=${height}:t=fill:color=black`,
    ...bits.map((index) => draw(index, 'white', bit(index))),
    draw(WHITE_BOX, 'white'),
    draw(PARITY_BOX, 'white', `mod(${bits.map(bit).join('+')},2)`),
  ].join(',');
}

/**
 * Reads the burnt-in number from a picture's brightness, one byte a pixel, row by row.
 * Answers undefined when there is no strip to read (a black picture, a torn one, another camera's).
 */
export function readFrameStrip(luma: Uint8Array, width: number): number | undefined {
  const box = width / BOXES_PER_WIDTH;
  const brightness = (index: number): number => {
    let sum = 0;
    let count = 0;
    for (let y = Math.floor(box * 0.3); y < box * 0.7; y += 1) {
      for (let x = Math.floor((index + 0.3) * box); x < (index + 0.7) * box; x += 1) {
        sum += luma[y * width + x] ?? 0;
        count += 1;
      }
    }
    return sum / count;
  };
  const white = brightness(WHITE_BOX);
  const black = brightness(BLACK_BOX);
  if (white - black < 80) return undefined;
  const isWhite = (index: number) => brightness(index) > (white + black) / 2;
  let number = 0;
  let ones = 0;
  for (let index = 0; index < BITS; index += 1) {
    if (!isWhite(index)) continue;
    number += 2 ** index;
    ones += 1;
  }
  if ((ones % 2 === 1) !== isWhite(PARITY_BOX) || number >= LAP_FRAMES) return undefined;
  return number;
}
