import type { ServerClock } from '../app/index.ts';
import { DecodedSound } from './decoded-sound.ts';
import { ElementSound } from './element-sound.ts';
import { LiveConnection, type Refusal } from './live-connection.ts';
import type { PicturePlayer } from './picture-player.ts';
import { decodesSound } from './sound-decoder.ts';
import type { SoundOutput, SoundStats } from './sound-output.ts';

export type SoundStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'playing' }
  /** The browser wants a click before it lets a page be heard. */
  | { readonly kind: 'needs-click' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A browser that says it can decode and again and again cannot is given the other way. */
const givesUpDecodingAfter = 3;

interface SoundPlayerOptions {
  readonly sourceId: string;
  readonly picture: PicturePlayer;
  readonly clock: ServerClock;
  readonly changed: () => void;
}

/** One microphone, held to the capture time of the picture beside it. */
export class SoundPlayer {
  readonly #audio: HTMLAudioElement;
  readonly #options: SoundPlayerOptions;
  #link: LiveConnection | undefined;
  #output: SoundOutput | undefined;
  #decodes = false;
  #faults = 0;
  #closed = false;
  #inStep = false;
  #isAudible: boolean | undefined;
  #isLost = false;
  #status: SoundStatus = { kind: 'connecting' };

  /** `audio` is what plays where the browser cannot decode sound piece by piece. */
  constructor(audio: HTMLAudioElement, options: SoundPlayerOptions) {
    this.#audio = audio;
    this.#options = options;
    void decodesSound().then((decodes) => {
      if (this.#closed) return;
      this.#decodes = decodes;
      this.#rebuild();
      this.#link = this.#connect();
    });
  }

  get status(): SoundStatus {
    return this.#status;
  }

  stats(): SoundStats | undefined {
    return this.#output?.stats();
  }

  /** Loudness of what plays, 0 to 1 on a scale of 60 dB; undefined where the browser does not tell. */
  level(): number | undefined {
    return this.#output?.level();
  }

  setInStep(inStep: boolean): void {
    this.#inStep = inStep;
    this.#output?.setInStep(inStep);
  }

  /** To be called from a click or key press when the browser asked for one. */
  async play(): Promise<void> {
    await this.#output?.play();
  }

  close(): void {
    this.#closed = true;
    this.#link?.close();
    this.#output?.close();
  }

  #connect(): LiveConnection {
    return new LiveConnection(this.#options.sourceId, 'main', {
      init: ({ mime }, bytes) => this.#output?.init(mime, bytes),
      fragment: ({ capturedAt, serverNow }, bytes) => {
        this.#options.clock.observe(serverNow);
        this.#output?.fragment(capturedAt, bytes);
      },
      state: ({ state }) => {
        this.#isLost = state !== 'recording' && state !== 'starting';
        this.#show();
      },
      down: () => this.#set({ kind: 'connecting' }),
      refused: (refusal) => this.#set({ kind: 'refused', refusal }),
    });
  }

  #rebuild(): void {
    this.#output?.close();
    const listener = {
      failed: (fault: 'unsupported' | 'media') => this.#failed(fault),
      audible: (isAudible: boolean) => {
        this.#isAudible = isAudible;
        this.#show();
      },
    };
    const { picture } = this.#options;
    this.#output =
      this.#decodes && this.#faults < givesUpDecodingAfter
        ? new DecodedSound(picture, listener)
        : new ElementSound(this.#audio, picture, listener);
    this.#output.setInStep(this.#inStep);
  }

  #failed(fault: 'unsupported' | 'media'): void {
    if (this.#closed) return;
    if (fault === 'unsupported') {
      this.#link?.close();
      this.#set({ kind: 'lost' });
      return;
    }
    this.#faults += 1;
    this.#rebuild();
    this.#link?.reopen();
  }

  #show(): void {
    if (this.#isLost) this.#set({ kind: 'lost' });
    else if (this.#isAudible === false) this.#set({ kind: 'needs-click' });
    else if (this.#isAudible === true) this.#set({ kind: 'playing' });
  }

  #set(status: SoundStatus): void {
    if (this.#closed || status.kind === this.#status.kind) return;
    this.#status = status;
    this.#options.changed();
  }
}
