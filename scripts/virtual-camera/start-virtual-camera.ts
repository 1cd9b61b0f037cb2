import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { MediaLibrary, type EncodeReport } from './media/media-library.ts';
import { checkOptions, type VirtualCameraOptions } from './options.ts';
import { VirtualCamera } from './virtual-camera.ts';

const libraries = new Map<string, MediaLibrary>();

/**
 * Starts one camera; resolves when it answers. Many can run in one process: they share the media in memory.
 * The first start on a machine encodes what is asked for (about 25 CPU seconds for picture and sound) and keeps
 * it in the cache directory. Aborting the signal closes the camera. Rejects with a VirtualCameraError.
 */
export async function startVirtualCamera(
  options: VirtualCameraOptions,
  signal: AbortSignal,
  onEncoded?: (report: EncodeReport) => void,
): Promise<VirtualCamera> {
  const checked = checkOptions(options);
  signal.throwIfAborted();
  const { cacheDirectory, footageFile } = checked;
  const key = `${resolve(cacheDirectory)}\n${footageFile ?? ''}`;
  const library = libraries.get(key) ?? new MediaLibrary({ cacheDirectory, footageFile, onEncoded });
  libraries.set(key, library);
  const camera = new VirtualCamera(checked, library, signal);
  try {
    await camera.open();
  } catch (error) {
    await camera.close();
    throw error;
  }
  if (signal.aborted) {
    await camera.close();
    signal.throwIfAborted();
  }
  // One signal may stop any number of cameras: that is no leak.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', () => void camera.close(), { once: true });
  return camera;
}
