export { type Quality } from './live-address.ts';
export { type Refusal } from './live-connection.ts';
export { PicturePlayer, type PictureSnapshot, type PictureStatus } from './picture-player.ts';
export { SoundPlayer, type SoundStatus } from './sound-player.ts';
export { useLivePicture, type LivePicture } from './use-live-picture.ts';
export { useLiveSound } from './use-live-sound.ts';
