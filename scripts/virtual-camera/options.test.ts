import { expect, test } from '@jest/globals';
import { checkOptions } from './options.ts';
import { VirtualCameraError } from './virtual-camera-error.ts';

test('what is not said has a default', () => {
  expect(checkOptions({ password: 'p' })).toMatchObject({
    host: '127.0.0.1',
    picture: 'h264',
    sound: 'g711a',
    discovery: 'off',
    start: 'keyframe',
  });
});

test.each([
  [{ password: '' }, /password/],
  [{ password: 'p', host: 'localhost' }, /host: must be an IPv4 address/],
  [{ password: 'p', discovery: 'eth0' }, /discovery: must be/],
  [{ password: 'p', picture: 'none', sound: 'none' }, /needs sound/],
  [{ password: 'p', onvifPort: 70_000, rtspPort: -1 }, /onvifPort.*rtspPort/],
] as const)('%j is refused in one sentence', (options, message) => {
  expect(() => checkOptions(options)).toThrow(VirtualCameraError);
  expect(() => checkOptions(options)).toThrow(message);
});
