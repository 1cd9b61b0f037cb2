import { loudness } from './loudness.ts';

type Capturing = HTMLAudioElement & { captureStream?: () => MediaStream };

/**
 * Loudness of what the element really plays, 0 to 1 on a scale of 60 dB. Undefined where the browser offers no tap on
 * a playing element: then no meter is shown rather than a pretended one.
 */
export class SoundMeter {
  readonly #context = new AudioContext();
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  #tap: MediaStreamAudioSourceNode | undefined;

  private constructor(stream: MediaStream) {
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    const connect = () => {
      if (stream.getAudioTracks().length === 0) return;
      this.#tap?.disconnect();
      this.#tap = this.#context.createMediaStreamSource(stream);
      this.#tap.connect(this.#analyser);
    };
    stream.addEventListener('addtrack', connect);
    connect();
  }

  static on(audio: HTMLAudioElement): SoundMeter | undefined {
    const stream = (audio as Capturing).captureStream?.();
    return stream === undefined ? undefined : new SoundMeter(stream);
  }

  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return loudness(this.#samples);
  }

  close(): void {
    void this.#context.close();
  }
}
