import { defineTexts } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useComplaintText } = defineTexts('complaints', { vi, en });
