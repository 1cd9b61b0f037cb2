import type Hls from 'hls.js';
import type { HlsConfig } from 'hls.js';

export type HlsClass = typeof Hls;
let loading: Promise<HlsClass> | undefined;

/** hls.js comes with the first playback, not with the page. */
export function loadHls(): Promise<HlsClass> {
  loading ??= import('hls.js').then((module) => module.default);
  return loading;
}

/**
 * Seconds of footage to have ahead. While a place is sought only what shows it is fetched: appending more would take
 * the time the decoder needs to get there.
 */
export const aheadS = { seeking: 0.5, playing: 12 };

/**
 * One rendition, seeks all over the day. Pieces are some seconds (whole minutes where keyframes' places are not known), hence little is fetched ahead; what was played
 * stays for a while so that going back is immediate. What arrives is shown while the rest of its piece still loads. Fragments are MP4 already: a worker would only add a copy.
 */
export const hlsConfig: Partial<HlsConfig> = {
  enableWorker: false,
  progressive: true,
  autoStartLoad: false,
  startLevel: 0,
  testBandwidth: false,
  startFragPrefetch: true,
  lowLatencyMode: false,
  maxBufferLength: 6,
  maxMaxBufferLength: aheadS.playing,
  maxBufferSize: 24_000_000,
  backBufferLength: 70,
  maxBufferHole: 0.3,
  nudgeOnVideoHole: true,
  capLevelToPlayerSize: false,
  enableInterstitialPlayback: false,
};
