import { defineTexts, type Text } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useKitText } = defineTexts('ui-kit', { vi, en });
export type KitText = Text<keyof typeof vi>;
