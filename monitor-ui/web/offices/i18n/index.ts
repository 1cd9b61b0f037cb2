import { defineTexts, type Text } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useOfficesText, has: officesHas } = defineTexts('offices', { vi, en });
export type OfficesText = Text<keyof typeof vi>;
