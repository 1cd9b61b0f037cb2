export * from './uploader.ts';
export * from './open-archive.ts';
