export { FootageBytes, FootageUnavailableError, type FootageUplink } from './footage-bytes.ts';
export { playbackSchema } from './grant-schema.ts';
export { Grants } from './grants.ts';
export { mediaRoutes } from './media-routes.ts';
export { mediaPlaylist } from './media-playlist.ts';
export type { PlaybackParts } from './playback-parts.ts';
export { playbackRoutes } from './playback-routes.ts';
export { Thumbnails } from './thumbnails.ts';
export { WorkingCopies } from './working-copies.ts';
