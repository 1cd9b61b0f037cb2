import { defineTexts, type Text } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useIncidentText } = defineTexts('incidents', { vi, en });
export type IncidentText = Text<keyof typeof vi>;
