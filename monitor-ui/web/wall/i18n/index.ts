import { defineTexts, type Text } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useWallText, has: wallHas } = defineTexts('wall', { vi, en });
export type WallKey = keyof typeof vi;
export type WallText = Text<WallKey>;
