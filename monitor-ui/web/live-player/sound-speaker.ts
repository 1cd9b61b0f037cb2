import { loudness } from './loudness.ts';

/** Time of the last sample block given away until the output plays it: nothing can be put in before that. */
const guardS = 0.01;

/** One `AudioContext` at the sound's own rate, to which samples are given for exact frames. */
export class SoundSpeaker {
  readonly context: AudioContext;
  readonly sampleRateHz: number;
  readonly #gain: GainNode;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
    this.context = new AudioContext({ sampleRate: sampleRateHz, latencyHint: 'interactive' });
    this.#gain = new GainNode(this.context);
    this.#analyser = new AnalyserNode(this.context, { fftSize: 1024 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#gain.connect(this.#analyser).connect(this.context.destination);
  }

  get isRunning(): boolean {
    return this.context.state === 'running';
  }

  /** First frame that can still be filled. */
  get earliestFrame(): number {
    return Math.ceil((this.context.currentTime + guardS) * this.sampleRateHz);
  }

  /**
   * `performance.now()` at which frame 0 left the output device, as the browser reckons it; undefined until it plays.
   * Output latency is in it.
   */
  get frameZeroAtMs(): number | undefined {
    const { contextTime, performanceTime } = this.context.getOutputTimestamp();
    if (contextTime === undefined || performanceTime === undefined || contextTime === 0) return undefined;
    return performanceTime - contextTime * 1000;
  }

  set muted(isMuted: boolean) {
    this.#gain.gain.value = isMuted ? 0 : 1;
  }

  play(channels: readonly Float32Array<ArrayBuffer>[], startFrame: number): void {
    const length = channels[0]?.length ?? 0;
    if (length === 0) return;
    const buffer = new AudioBuffer({
      length,
      numberOfChannels: channels.length,
      sampleRate: this.sampleRateHz,
    });
    for (const [channel, samples] of channels.entries()) buffer.copyToChannel(samples, channel);
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.#gain);
    source.start(startFrame / this.sampleRateHz);
  }

  /** 0 to 1 on a scale of 60 dB. */
  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return loudness(this.#samples);
  }

  close(): void {
    void this.context.close();
  }
}
