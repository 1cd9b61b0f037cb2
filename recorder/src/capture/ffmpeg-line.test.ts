import { expect, it } from '@jest/globals';
import { readFfmpegLine } from './ffmpeg-line.ts';

it.each([
  ['[info]   Stream #0:0: Video: h264', { kind: 'talk' }],
  [
    '[rtsp @ 0x55d0c8] [error] method DESCRIBE failed: 401 Unauthorized',
    { kind: 'complaint', text: '[rtsp @ 0x55d0c8] method DESCRIBE failed: 401 Unauthorized' },
  ],
  [
    '[concat @ 0x1] [rtsp @ 0x2] [warning] RTP: missed 3 packets',
    { kind: 'complaint', text: '[concat @ 0x1] [rtsp @ 0x2] RTP: missed 3 packets' },
  ],
  ['[fatal] pipe:0: Invalid data', { kind: 'complaint', text: 'pipe:0: Invalid data' }],
  ['[rtsp @ 0x55d0c8] [info] Status 302: Redirecting to rtsp://127.0.0.1:9/x', { kind: 'redirect' }],
  ['setpriv: failed to execute ffmpeg', { kind: 'complaint', text: 'setpriv: failed to execute ffmpeg' }],
])('%s', (line, expected) => {
  expect(readFfmpegLine(line)).toEqual(expected);
});
