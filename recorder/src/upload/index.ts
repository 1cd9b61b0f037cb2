export * from './archive-uploads.ts';
export * from './uploader.ts';
export * from './open-archive.ts';
export * from './wanted-footage.ts';
