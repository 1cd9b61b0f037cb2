export { compressAssets } from './compress-assets.ts';
export { preloadWall } from './preload-wall.ts';
