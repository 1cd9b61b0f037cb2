export * from './device-inquiry.ts';
export * from './job-runner.ts';
