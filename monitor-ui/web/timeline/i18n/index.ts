import { defineTexts, type Text } from '../../i18n/index.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export const { useText: useTimelineText, has: timelineHas } = defineTexts('timeline', { vi, en });
export type TimelineText = Text<keyof typeof vi>;
