export * from './create-recording.ts';
export * from './device-plan.ts';
export * from './live-sink.ts';
export * from './recording.ts';
