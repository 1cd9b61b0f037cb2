import { readInitSegment, readSoundConfig, readSoundSamples, type SoundInit } from '@minhbach/shared/media';
import { PieceTimes } from './piece-times.ts';

/** Decoded sound of one encoded frame. */
export interface DecodedPiece {
  readonly capturedAtMs: number;
  readonly durationMs: number;
  readonly channels: readonly Float32Array<ArrayBuffer>[];
  readonly sampleRateHz: number;
  /** It shows how late sound is: it came as it was made, and begins a fragment, of all whose pieces it waited longest. */
  readonly isTelling: boolean;
}

/** Whether this browser decodes the sound recorders send, frame by frame. Pages without a secure context cannot. */
export async function decodesSound(): Promise<boolean> {
  if (typeof AudioDecoder === 'undefined' || typeof AudioContext === 'undefined') return false;
  const config = { codec: 'mp4a.40.2', sampleRate: 16_000, numberOfChannels: 1 };
  return AudioDecoder.isConfigSupported(config).then(
    ({ supported }) => supported === true,
    () => false,
  );
}

/** Init segments and fragments in, samples with their capture time out, in order. */
export class SoundDecoder {
  readonly #take: (piece: DecodedPiece) => void;
  readonly #decoder: AudioDecoder;
  #init: SoundInit | undefined;
  /** Timestamps given to the decoder are small numbers of microseconds after this. */
  #originMs: number | undefined;
  readonly #times = new PieceTimes();

  constructor(take: (piece: DecodedPiece) => void, failed: () => void) {
    this.#take = take;
    this.#decoder = new AudioDecoder({ output: (data) => this.#decoded(data), error: failed });
  }

  /** Throws `MediaError` for what is no init segment of sound. */
  init(bytes: Uint8Array): void {
    const init = readInitSegment(bytes);
    if (init.trackKind !== 'sound') return;
    this.#init = init;
    this.#decoder.configure({
      codec: init.codec,
      sampleRate: init.sampleRateHz,
      numberOfChannels: init.channels,
      description: readSoundConfig(bytes),
    });
  }

  /** `isLive`: it came as it was made, not with what a link begins with. Throws `MediaError` for what is no fragment. */
  fragment(capturedAtMs: number, bytes: Uint8Array, isLive: boolean): void {
    const init = this.#init;
    if (init === undefined) return;
    this.#originMs ??= capturedAtMs;
    const samples = readSoundSamples(bytes, init);
    const startTicks = samples[0]?.startTicks ?? 0;
    for (const [index, sample] of samples.entries()) {
      const sinceStartMs = ((sample.startTicks - startTicks) / init.timescale) * 1000;
      const sampleAtMs = capturedAtMs + sinceStartMs;
      const timestamp = Math.round((sampleAtMs - this.#originMs) * 1000);
      const isTelling = index === 0 && isLive;
      this.#times.asked({ timestampUs: timestamp, capturedAtMs: sampleAtMs, isTelling });
      const duration = Math.round((sample.durationTicks / init.timescale) * 1e6);
      this.#decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, duration, data: sample.bytes }));
    }
  }

  close(): void {
    if (this.#decoder.state !== 'closed') this.#decoder.close();
  }

  #decoded(data: AudioData): void {
    const channels = Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex, format: 'f32-planar' });
      return samples;
    });
    const { timestamp, sampleRate: sampleRateHz, numberOfFrames } = data;
    data.close();
    const durationMs = (numberOfFrames / sampleRateHz) * 1000;
    const encoded = this.#times.given(timestamp, durationMs * 1000);
    if (encoded === undefined) return;
    const { capturedAtMs, isTelling } = encoded;
    this.#take({ capturedAtMs, isTelling, durationMs, channels, sampleRateHz });
  }
}
