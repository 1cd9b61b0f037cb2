import { defineTexts } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useAlarmText, has: alarmHas } = defineTexts('alarms', { vi, en });
