import type { Counter, Recorder, Source } from '@minhbach/shared/protocol';

export interface CounterHealth {
  readonly lacksCamera: boolean;
  readonly lacksMicrophone: boolean;
  readonly sourcesInNeed: readonly Source[];
}

export function recorderOf(source: Source, recorders: readonly Recorder[]): Recorder | undefined {
  return recorders.find(({ id }) => id === source.recorderId);
}

/** What the technician should look at: a counter without eye or ear, and sources that do not record. */
export function healthOf(counter: Counter, recorders: readonly Recorder[]): CounterHealth {
  const has = (kind: Source['kind']) => counter.sources.some((source) => source.kind === kind);
  return {
    lacksCamera: !has('camera'),
    lacksMicrophone: !has('microphone'),
    sourcesInNeed: counter.sources.filter(
      (source) => source.state !== 'recording' || recorderOf(source, recorders)?.online === false,
    ),
  };
}

export function needsAttention(health: CounterHealth): boolean {
  return health.lacksCamera || health.lacksMicrophone || health.sourcesInNeed.length > 0;
}

/** True for the sound of a camera that gives picture and sound in one. */
export function isOwnSound(source: Source, counter: Counter): boolean {
  return (
    source.kind === 'microphone' &&
    counter.sources.some((other) => other.kind === 'camera' && other.deviceId === source.deviceId)
  );
}

/** Typed without marks, "quay dat" finds "Quầy Đất". */
export function folded(words: string): string {
  return words.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd');
}
