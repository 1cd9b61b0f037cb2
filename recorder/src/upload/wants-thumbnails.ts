import type { RecorderSettings } from '../settings/index.ts';

/** Whether small pictures are to be made. On a line that carries all footage as it comes they would be in its way. */
export function wantsThumbnails({
  thumbnails,
  hours,
  maxBytesPerSecond,
}: Pick<RecorderSettings['upload'], 'thumbnails' | 'hours' | 'maxBytesPerSecond'>): boolean {
  switch (thumbnails) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'thin-line':
      return hours !== undefined || maxBytesPerSecond !== undefined;
  }
}
