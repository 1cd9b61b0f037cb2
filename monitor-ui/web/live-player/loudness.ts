/** Of samples, 0 to 1 on a scale of 60 dB. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const loudnessDb = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.max(0, Math.min(1, (loudnessDb + 60) / 60));
}
