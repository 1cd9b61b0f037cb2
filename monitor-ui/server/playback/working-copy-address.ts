import type { FootagePiece } from '../catalogue/index.ts';
import type { PieceAddress } from './media-playlist.ts';

export const copyRemark = 'working copy in H.264; the evidence is the original';

export function copyAddress({ segmentId, bytes }: FootagePiece): PieceAddress {
  return {
    init: { uri: `${segmentId}.h264.init.mp4?bytes=${bytes}` },
    media: { uri: `${segmentId}.h264.m4s?bytes=${bytes}` },
  };
}
