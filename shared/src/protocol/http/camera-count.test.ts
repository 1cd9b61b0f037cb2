import { expect, test } from '@jest/globals';
import { countCameras } from './camera-count.ts';

const camera = (state: 'recording' | 'retrying' | 'refused' | 'starting' | 'disabled') =>
  ({ kind: 'camera', state }) as const;
const microphone = { kind: 'microphone', state: 'recording' } as const;

test('only cameras known to record work; a counter without one is one that does not', () => {
  expect(countCameras([])).toEqual({ declared: 0, working: 0 });
  expect(
    countCameras([
      { sources: [camera('recording'), camera('retrying'), microphone] },
      { sources: [camera('refused'), camera('starting'), camera('disabled')] },
      { sources: [microphone] },
      { sources: [] },
    ]),
  ).toEqual({ declared: 7, working: 1 });
});
