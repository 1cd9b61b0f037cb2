import { expect, test } from '@jest/globals';
import { recorderSettingsSchema } from '../settings/recorder-settings.ts';
import { wantsThumbnails } from './wants-thumbnails.ts';

const capped = { maxBytesPerSecond: 1_000_000 };
const atNight = { hours: ['19:00-06:00'] };

test.each([
  [{}, false],
  [{ parallel: 1, proveBy: 'recorder' }, false],
  [capped, true],
  [atNight, true],
  [{ ...capped, ...atNight }, true],
  [{ thumbnails: 'thin-line' }, false],
  [{ ...atNight, thumbnails: 'never' }, false],
  [{ ...capped, thumbnails: 'never' }, false],
  [{ thumbnails: 'always' }, true],
])('with %j small pictures are made: %s', (upload, made) => {
  const archive = { type: 'directory', path: '/archive' };
  const settings = recorderSettingsSchema.parse({ dataDirectory: '/data', archive, upload });
  expect(wantsThumbnails(settings.upload)).toBe(made);
});
