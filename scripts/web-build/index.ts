export { compressAssets } from './compress-assets.ts';
export { oneFilePage } from './one-file-page.ts';
export { preloadWall } from './preload-wall.ts';
