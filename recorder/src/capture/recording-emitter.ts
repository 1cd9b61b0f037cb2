import type { RecordingEvents, RecordingFault } from './recording.ts';

type Listeners = { [Name in keyof RecordingEvents]: Set<(...event: RecordingEvents[Name]) => void> };

/** Typed events of the recording. */
export class RecordingEmitter {
  #listeners: Listeners = {
    stateChanged: new Set(),
    segmentSealed: new Set(),
    gapRecorded: new Set(),
    fault: new Set(),
  };

  #earlyFaults: RecordingFault[];

  /** `earlyFaults` were found before anybody could listen; the first to listen for faults is told of them. */
  constructor(earlyFaults: readonly RecordingFault[] = []) {
    this.#earlyFaults = [...earlyFaults];
  }

  on<Name extends keyof RecordingEvents>(
    name: Name,
    listener: (...event: RecordingEvents[Name]) => void,
  ): () => void {
    const listeners = this.#listeners[name];
    listeners.add(listener);
    if (name === 'fault') for (const fault of this.#earlyFaults.splice(0)) this.emit('fault', fault);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof RecordingEvents>(name: Name, ...event: RecordingEvents[Name]): void {
    for (const listener of this.#listeners[name]) listener(...event);
  }

  clear(): void {
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }
}
