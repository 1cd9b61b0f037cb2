import { defineTexts, type Text } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useCamerasText, has: camerasHas } = defineTexts('cameras', { vi, en });
export type CamerasText = Text<keyof typeof vi>;
