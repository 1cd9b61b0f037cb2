export * from './archive-uploads.ts';
export * from './counter-days.ts';
export * from './uploader.ts';
export * from './open-archive.ts';
export * from './wanted-footage.ts';
export type { ThumbnailOutcome } from './thumbnails.ts';
export * from './wants-thumbnails.ts';
