import type { LiveFragmentMeta, LiveInitMeta } from '@minhbach/shared/protocol';

/**
 * Takes live pictures or sound. Called synchronously from the recording path: must be cheap, must not throw, must do
 * its own queueing. `bytes` is shared with the recording: never change it.
 */
export interface LiveSink {
  /** Before the first fragment, and again at every new capture or change between main and sub stream. */
  init(meta: LiveInitMeta, bytes: Uint8Array): void;
  /** After an init the first picture fragment starts with a keyframe. `seq` counts this viewer's fragments from 0. */
  fragment(meta: LiveFragmentMeta, bytes: Uint8Array): void;
  /** Nothing comes any more: the device was removed, perhaps to be recorded anew. Who goes on looking subscribes again. */
  ended(): void;
}
