import { LAP_SECONDS } from './lap.ts';

export const SOUND_KINDS = ['g711a', 'g711u', 'aac', 'aac48'] as const;
export type SoundKind = (typeof SOUND_KINDS)[number];
export type SoundContent = 'speech' | 'click' | 'silence' | 'hum' | 'overdriven';

export type SoundFormat = {
  readonly codec: 'pcma' | 'pcmu' | 'aac';
  readonly sampleRate: number;
  readonly samplesPerUnit: number;
  readonly kilobitsPerSecond: number;
};

/** G.711 in packets of 40 ms, as cameras send it; an AAC frame is 1024 samples. All fill a lap exactly. */
export const SOUND_FORMATS: Readonly<Record<SoundKind, SoundFormat>> = {
  g711a: { codec: 'pcma', sampleRate: 8000, samplesPerUnit: 320, kilobitsPerSecond: 64 },
  g711u: { codec: 'pcmu', sampleRate: 8000, samplesPerUnit: 320, kilobitsPerSecond: 64 },
  aac: { codec: 'aac', sampleRate: 16000, samplesPerUnit: 1024, kilobitsPerSecond: 32 },
  aac48: { codec: 'aac', sampleRate: 48000, samplesPerUnit: 1024, kilobitsPerSecond: 64 },
};

export function soundUnitsPerLap(format: SoundFormat): number {
  return (LAP_SECONDS * format.sampleRate) / format.samplesPerUnit;
}

/**
 * ffmpeg's arguments from a lap of raw sound (signed 16 bit, mono) to the coded form. AAC is coded over two
 * laps, so that the second one, the one kept, starts with what the end of the lap leaves behind.
 */
export function soundArguments(kind: SoundKind, rawFile: string, rawSampleRate: number): readonly string[] {
  const { codec, sampleRate, kilobitsPerSecond } = SOUND_FORMATS[kind];
  const laps = codec === 'aac' ? 2 : 1;
  const input = [
    '-stream_loop',
    String(laps),
    '-f',
    's16le',
    '-ar',
    String(rawSampleRate),
    '-ac',
    '1',
    '-i',
    rawFile,
  ];
  const samples = LAP_SECONDS * sampleRate * laps;
  // One AAC frame more than the two laps: the coder's first frame carries no sound yet.
  const endSample = codec === 'aac' ? samples + 2048 : samples;
  const exact = ['-af', `aresample=${sampleRate},apad,atrim=end_sample=${endSample}`];
  switch (codec) {
    case 'pcma':
      return [...input, ...exact, '-c:a', 'pcm_alaw', '-f', 'alaw'];
    case 'pcmu':
      return [...input, ...exact, '-c:a', 'pcm_mulaw', '-f', 'mulaw'];
    case 'aac':
      return [
        ...input,
        ...exact,
        '-c:a',
        'aac',
        '-aac_coder',
        'fast',
        '-b:a',
        `${kilobitsPerSecond}k`,
        '-f',
        'adts',
      ];
  }
}
