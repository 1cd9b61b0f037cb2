export * from './create-recording.ts';
export * from './device-plan.ts';
export { lumaOf, samplesOf, thumbnailOf } from './fluent-ffmpeg-adapter.ts';
export * from './footage-observer.ts';
export * from './live-sink.ts';
export * from './recording.ts';
export type { TrackFragment } from './track-reader.ts';
